import type { Membership, Ruleset } from "@muster/rules";
import type { CatalogCase, Check, DecisionCase, Expected, Person, StreamCase, Verdict } from "./cases.ts";
import { EVALUATORS, type Evaluator, type Life } from "./evaluators.ts";

/** The vectors' null means: no change within this time. */
const HORIZON = 400 * 86_400_000;

/** The key under which a case's rule stands beside its segments. */
function freshKey(segments: Ruleset["segments"]): string {
  let key = "case";
  while (Object.hasOwn(segments, key)) key += "'";
  return key;
}

/** An answer in words, or what was thrown in its place: evaluation is total. */
function attempt<T>(what: string, faults: string[], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    faults.push(`${what}: threw ${error}`);
    return undefined;
  }
}

/** What is wrong with `until`, where the case says when the answer changes. */
function judgeUntil(
  { until: change, exact }: Expected,
  now: number,
  until: number | null,
): string | undefined {
  if (until !== null && !(until > now)) return `until ${until} is not after now ${now}`;
  if (change === undefined) return undefined;
  if (exact && until !== change) return `until: expected exactly ${change}, got ${until}`;
  if (change !== null && (until === null || until > change)) {
    return `until: expected at most ${change}, got ${until}`;
  }
  return undefined;
}

/** Compares one evaluator's answer with the case's, then asks again at the instants that both speak of. */
function judgeAnswer(life: Life, key: string, now: number, expected: Expected): string[] {
  const answer = life.answer(key, now);
  if (answer?.member !== expected.member) {
    return [`member at ${now}: expected ${expected.member}, got ${answer?.member}`];
  }
  const fault = judgeUntil(expected, now, answer.until);
  if (fault) return [fault];
  const faults: string[] = [];
  const ask = (instant: number, member: boolean, why: string) => {
    const later = life.answer(key, instant);
    if (later?.member !== member)
      faults.push(`member at ${instant} (${why}): expected ${member}, got ${later?.member}`);
  };
  ask(
    answer.until === null ? now + HORIZON : answer.until - 1,
    expected.member,
    `now ${now}, until ${answer.until}`,
  );
  if (typeof expected.until === "number") {
    ask(expected.until - 1, expected.member, "just before the change");
    ask(expected.until, !expected.member, "the change");
  }
  return faults;
}

function judgeAll(
  ruleset: Ruleset,
  person: Person,
  judge: (life: Life, evaluator: Evaluator) => string[],
): string[] {
  return EVALUATORS.flatMap((evaluator) => {
    const thrown: string[] = [];
    const faults =
      attempt("evaluation", thrown, () => judge(evaluator.begin(ruleset, person), evaluator)) ?? thrown;
    return faults.map((fault) => `${evaluator.name}: ${fault}`);
  });
}

/** Judges a rule for one user. */
export function judgeDecision(file: string, decision: DecisionCase): Verdict {
  const { id, zone, rule, segments = {}, computed, now, user } = decision;
  const key = freshKey(segments);
  const ruleset = { zone, segments: { ...segments, [key]: { rule } }, ...(computed && { computed }) };
  return { file, id, faults: judgeAll(ruleset, user, (life) => judgeAnswer(life, key, now, decision)) };
}

/** Judges a rule for each of its users. */
export function judgeCatalog(file: string, { users, ...rest }: CatalogCase): Verdict[] {
  return users.map((one, index) =>
    judgeDecision(file, { ...rest, ...one, id: `${rest.id}/${one.user.id ?? index}` }),
  );
}

/**
 * Judges a life, one verdict a check. Where nothing arrives between two checks, the second must also be what
 * the first has promised by its `until`.
 */
export function judgeStream(file: string, stream: StreamCase): Verdict[] {
  const { id, zone, segments, computed, user, ops } = stream;
  const verdicts = new Map<number, Verdict>();
  for (const [index, op] of ops.entries()) {
    if ("now" in op) verdicts.set(index, { file, id: `${id}#${index}`, faults: [] });
  }
  const note = (index: number, faults: string[]) => verdicts.get(index)?.faults.push(...faults);

  for (const evaluator of EVALUATORS) {
    const life = evaluator.begin({ zone, segments, ...(computed && { computed }) }, user);
    const promises = new Map<string, Membership>();
    for (const [index, op] of ops.entries()) {
      if ("now" in op) {
        note(
          index,
          judgeCheck(life, op, promises).map((fault) => `${evaluator.name}: ${fault}`),
        );
        continue;
      }
      promises.clear();
      if ("event" in op) life.add(op.event);
      else life.write(op);
    }
  }
  return [...verdicts.values()];
}

function judgeCheck(
  life: Life,
  { now, expect, until = {} }: Check,
  promises: Map<string, Membership>,
): string[] {
  return Object.entries(expect).flatMap(([key, member]) => {
    const promise = promises.get(key);
    const answer = life.answer(key, now);
    if (answer) promises.set(key, answer);
    const expected: Expected = Object.hasOwn(until, key) ? { member, until: until[key] ?? null } : { member };
    const faults = judgeAnswer(life, key, now, expected);
    if (promise && promise.member !== member && (promise.until === null || now < promise.until)) {
      faults.push(`the answer before had promised ${promise.member} until ${promise.until}, after ${now}`);
    }
    return faults.map((fault) => `${key}: ${fault}`);
  });
}
