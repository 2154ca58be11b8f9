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
 * all that one of them may become one with, so that what two of them share is seen before they are united.
 */
export function askedOf(operations: readonly Operation[], unions: readonly (readonly Identity[])[]): Asked[] {
  const peers = new Map<string, Identity[]>();
  for (const union of unions) {
    for (const name of union.map(nameOf)) peers.set(name, [...(peers.get(name) ?? []), ...union]);
  }
  const asked = new Map<string, Asked & { ids: string[] }>();
  for (const operation of operations) {
    const own = identitiesOf(operation);
    const key = JSON.stringify(own);
    const entry = asked.get(key) ?? { identities: withPeers(own, peers), ids: [] };
    asked.set(key, entry);
    entry.ids.push(operation.id);
  }
  return [...asked.values()];
}

function withPeers(own: readonly Identity[], peers: ReadonlyMap<string, readonly Identity[]>): Identity[] {
  const all = own.flatMap((identity) => [identity, ...(peers.get(nameOf(identity)) ?? [])]);
  return [...new Map(all.map((identity) => [nameOf(identity), identity])).values()];
}
