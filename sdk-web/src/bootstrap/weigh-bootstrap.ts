import { evaluate } from "@muster/rules";
import type { Bootstrap } from "@muster/rules/wire";
import { type Loaded, loadDefinitions } from "../definitions.ts";
import { SNAPSHOT } from "../records.ts";
import { isOlder, type Replica } from "../replica.ts";
import type { Change } from "../store/store.ts";

/** What a bootstrap changes of what is known here. */
interface Brought {
  changes: Change[];
  definitions: Loaded | undefined;
}

/**
 * Weighs a bootstrap against what the device knows: the newer of both about the same user wins. `identify` is called
 * where it is about another one. Rejects what an edge would not have made.
 */
export async function weighBootstrap(
  { userId, ruleset, snapshot, memberships, now }: Bootstrap,
  replica: Replica,
  isSame: boolean,
  identify: (userId: string) => void,
): Promise<Brought> {
  const definitions =
    ruleset.version === replica.definitions?.version ? replica.definitions : await loadDefinitions(ruleset);
  const { identity, own, snapshot: base } = replica;
  const next = { userId, at: now, version: ruleset.version, ...snapshot, answers: memberships };
  const view = definitions.view({ ...identity, ...next });
  evaluate(definitions.plan, view.userOf(identity, new Map(Object.entries(memberships))), now);
  // What waits may be part of it already, and what an anonymous user did elsewhere is not: then it is no base.
  const isBase =
    own.length === 0 &&
    (isSame
      ? !isOlder({ ...identity, ...next }, base)
      : userId !== null && (identity.userId !== null || base?.cursor === null));
  if (userId !== null && identity.userId !== userId) identify(userId);
  const { anonymousId } = replica.identity;
  return {
    definitions: isBase || !replica.definitions ? definitions : undefined,
    changes: isBase ? [[SNAPSHOT, { ...next, anonymousId }]] : [],
  };
}
