import { reads } from "@muster/rules";
import { UserState } from "@muster/rules/state";
import type { Loaded } from "../definitions.ts";
import type { Snapshot } from "../records.ts";

/** The segments whose answers the edge alone can give. */
export function givenOf({ needs }: Loaded): Set<string> {
  return new Set([...needs.values()].flatMap(({ given }) => given));
}

/**
 * Whether no flag, experiment or placement has changed that asks the edge alone whom it is for: what it has answered is
 * about what was there before. Who an individual override names is one thing with it, whatever else changes.
 */
function asksTheSame(held: Loaded, next: Loaded): boolean {
  const asked = [...givenOf(next)]
    .filter((key) => /^\$(?!override)/.test(key))
    .map((key) => JSON.stringify(key));
  if (!asked.length) return true;
  const textsOf = ({ decisions: { flags, experiments, placements } }: Loaded): string[] =>
    [flags, experiments, placements].flatMap((parts) =>
      Object.entries(parts).map((one) => JSON.stringify(one)),
    );
  const before = new Set(textsOf(held));
  return textsOf(next).every((text) => before.has(text) || !asked.some((key) => text.includes(key)));
}

/** Whether a snapshot that came with `held` has all that decisions by `next` are made of. */
export function covers({ state, answers }: Snapshot, held: Loaded, next: Loaded): boolean {
  const given = givenOf(held);
  const { traits } = reads(held.program);
  return (
    state !== undefined &&
    UserState.missing(next.plan, state).length === 0 &&
    [...reads(next.program).traits].every((name) => traits.has(name)) &&
    [...givenOf(next)].every((key) => given.has(key) && Object.hasOwn(answers, key)) &&
    asksTheSame(held, next)
  );
}
