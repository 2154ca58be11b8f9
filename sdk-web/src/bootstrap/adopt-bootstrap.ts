import { evaluate } from "@muster/rules";
import type { Bootstrap } from "@muster/rules/wire";
import { loadDefinitions } from "../definitions.ts";
import type { Journal } from "../journal.ts";
import { SNAPSHOT } from "../records.ts";
import { isOlder, type Replica } from "../replica.ts";
import { isAbout } from "./take-bootstrap.ts";

/**
 * Takes a bootstrap over, as far as the device does not know better: the newer of both about the same user wins.
 * `identify` is called where it is about another one. Rejects what an edge would not have made.
 */
export async function adoptBootstrap(
  bootstrap: Bootstrap,
  replica: Replica,
  journal: Pick<Journal, "commit">,
  identify: (userId: string) => void,
): Promise<void> {
  const { userId, ruleset, snapshot, memberships, now } = bootstrap;
  const isSame = isAbout(bootstrap, replica.identity);
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
  if (!isBase && replica.definitions) return;
  void journal.commit(isBase ? [[SNAPSHOT, { ...next, anonymousId }]] : [], definitions);
}
