import { deepStrictEqual } from "node:assert/strict";
import { findChange } from "./find-change.ts";
import { HAND } from "./hand.ts";
import { exposureIdOf, Judge } from "./judge.ts";
import { createRandom, makeQuestion } from "./random.ts";
import type { Expected, Question } from "./set.ts";
import { SETS } from "./sets.ts";

/** How many questions are made at random for each set of definitions. */
const RANDOM = new Map([
  ["targeting", 60],
  ["rollouts", 80],
  ["prerequisites", 30],
  ["schedule", 40],
  ["experiments", 140],
  ["campaigns", 90],
  ["capped", 30],
  ["hostile", 20],
]);

function answer(question: Question) {
  const set = SETS.find(({ id }) => id === question.with);
  if (!set) throw new Error(`there are no definitions ${question.with}`);
  return { expect: new Judge(set, question, question.now).decide(), until: findChange(set, question) };
}

/** The id under which the exposure is to be tracked, where there is one to track. */
function exposure({ assignment }: Expected): { exposure?: string } {
  if (!assignment || assignment.settled) return {};
  return { exposure: exposureIdOf(assignment.experiment, assignment.iteration, assignment.unit) };
}

/**
 * The lines of decisions.jsonl.
 * @throws {AssertionError} where a case that was worked out by hand is not what the oracle says
 */
export function makeLines(): string[] {
  const hand = HAND.map((given) => {
    const { id, expect, until, ...question } = given;
    deepStrictEqual(answer(question), { expect, until }, id);
    return { ...given, ...exposure(expect) };
  });

  const random = createRandom(20_241_126);
  const made = SETS.flatMap((set) =>
    Array.from({ length: RANDOM.get(set.id) ?? 0 }, (_, index) => {
      const question = makeQuestion(set, random);
      const { expect, until } = answer(question);
      return { id: `${set.id}/${index + 1}`, ...question, expect, until, ...exposure(expect) };
    }),
  );
  return [...SETS, ...hand, ...made].map((line) => JSON.stringify(line));
}
