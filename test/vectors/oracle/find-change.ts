import { Judge } from "./judge.ts";
import { ms } from "./read-rule.ts";
import type { DecisionSet, Question } from "./set.ts";

/** All durations that stand anywhere in a document, in ms. */
function durationsIn(json: unknown): number[] {
  if (typeof json !== "object" || json === null) return [];
  const own = ms(json);
  const isDuration = Object.keys(json).length === 1 && Number.isFinite(own);
  return [...(isDuration ? [own] : []), ...Object.values(json).flatMap(durationsIn)];
}

/** All whole numbers that stand anywhere in a document and may be instants. */
function instantsIn(json: unknown): number[] {
  if (typeof json === "number") return [json];
  if (typeof json !== "object" || json === null) return [];
  return Object.values(json).flatMap(instantsIn);
}

/** The first instant after now at which the decision is another one, or null: every instant that may matter is tried. */
export function findChange(set: DecisionSet, question: Question): number | null {
  const spans = [0, ...durationsIn(set)];
  const { user, ask, now } = question;
  const bases = [...user.events.map(({ ts }) => ts), ...instantsIn(set)];
  if ("placement" in ask && ask.shownAt !== undefined) bases.push(ask.shownAt);
  const candidates = [...new Set(bases.flatMap((base) => spans.map((span) => base + span)))];
  const decided = JSON.stringify(new Judge(set, question, now).decide());
  return (
    candidates
      .filter((instant) => instant > now)
      .sort((a, b) => a - b)
      .find((instant) => JSON.stringify(new Judge(set, question, instant).decide()) !== decided) ?? null
  );
}
