import type { Operation } from "@muster/rules/wire";
import { deviceOf, type Identity, identitiesOf, identityOf, nameOf } from "./scope.ts";

/** Ids of operations of which it is to be known whether they are there, and the identities to look for them under. */
export interface Asked {
  identities: readonly Identity[];
  ids: readonly string[];
}

/** What these operations may make one: a user's identity and those of the devices that are identified as theirs. */
export function unionsOf(operations: readonly Operation[]): Identity[][] {
  const unions = new Map<string, Map<string, Identity>>();
  for (const operation of operations) {
    const device = operation.type === "identify" ? deviceOf(operation) : undefined;
    if (device === undefined) continue;
    const user = identityOf(operation);
    const union = unions.get(nameOf(user)) ?? new Map([[nameOf(user), user]]);
    unions.set(nameOf(user), union.set(nameOf(device), device));
  }
  return Array.from(unions.values(), (union) => [...union.values()]);
}

/**
 * What must be known of these operations' ids: an operation's is looked for under its own identities, and under
 * all that one of them may become one with, so that what two of them share is seen before they are united. Each
 * group of identities is named once, however many operations it has.
 */
export function askedOf(operations: readonly Operation[], unions: readonly (readonly Identity[])[]): Asked[] {
  const groups = groupsOf(unions);
  const asked = new Map<unknown, Asked & { ids: string[] }>();
  const ask = (key: unknown, identities: readonly Identity[], id: string) => {
    const entry = asked.get(key) ?? { identities, ids: [] };
    asked.set(key, entry);
    entry.ids.push(id);
  };
  for (const operation of operations) {
    const own = identitiesOf(operation);
    const theirs = new Set(own.map((identity) => groups.get(nameOf(identity))));
    for (const group of theirs) if (group !== undefined) ask(group, group, operation.id);
    // Where one group has them all, it was asked.
    if (theirs.size > 1 || theirs.has(undefined)) ask(JSON.stringify(own), own, operation.id);
  }
  return [...asked.values()];
}

/** The groups that unions with something in common come to, by the name of each identity in them. */
function groupsOf(unions: readonly (readonly Identity[])[]): Map<string, readonly Identity[]> {
  const groups = new Map<string, readonly Identity[]>();
  for (const union of unions) {
    const parts = union.map((identity) => groups.get(nameOf(identity)) ?? [identity]);
    const group = [...new Map(parts.flat().map((identity) => [nameOf(identity), identity])).values()];
    for (const identity of group) groups.set(nameOf(identity), group);
  }
  return groups;
}
