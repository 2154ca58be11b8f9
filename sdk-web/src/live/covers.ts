import { reads } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type { Loaded } from "../definitions.ts";
import type { Snapshot } from "../records.ts";

/** The segments whose answers the edge alone can give. */
export function givenOf({ needs }: Loaded): Set<string> {
  return new Set([...needs.values()].flatMap(({ given }) => given));
}

/** Whether a snapshot that came with `held` has all that decisions by `next` are made of. */
export function covers({ state, answers }: Snapshot, held: Loaded, next: Loaded): boolean {
  const given = givenOf(held);
  const { traits } = reads(held.program);
  return (
    state !== undefined &&
    UserState.missing(next.plan, state).length === 0 &&
    [...reads(next.program).traits].every((name) => traits.has(name)) &&
    [...givenOf(next)].every((key) => given.has(key) && Object.hasOwn(answers, key))
  );
}
