import type { EventOperand } from "../engine/operand.ts";
import { TIMED } from "../engine/operators.ts";
import { murmur3 } from "../murmur3.ts";
import type {
  Program,
  ProgramCondition,
  ProgramMeasure,
  ProgramTest,
  ProgramWhere,
  ProgramWindow,
} from "../program.ts";

/** Of saved states. It is part of the keys: what was saved in another format counts as missing. */
export const FORMAT = 2;

/** A measure over all of time, or over a fixed part of it: it can be kept up without the events. */
export interface FoldNeed {
  /** The same measure of the same series has the same key. */
  key: string;
  measure: ProgramMeasure;
  property: string;
  /** Only events with from ≤ ts < to count; null is unbounded. */
  from: number | null;
  to: number | null;
}

/** How far back from now the events themselves are needed: ms, and calendar periods; null is for ever. */
type Reach = {
  ms: number;
  periods: Extract<ProgramWindow, readonly ["calendar", ...unknown[]]>[];
} | null;

/** What must be kept of one series so that every operand and sequence that reads it can be answered. */
export interface SeriesNeed {
  /** A hash of all of this: equal needs are kept alike, so a new plan can keep what it shares with the old. */
  key: string;
  event: string;
  where: ProgramWhere | undefined;
  /** The condition asks whether an event is the user's first: it is kept apart. */
  first: boolean;
  /** The condition depends on now: it can only be decided when it is asked. */
  timed: boolean;
  /** Ids decide between events of one instant. */
  ids: boolean;
  /** The properties that are read, in order. */
  properties: readonly string[];
  reach: Reach;
  /** The most events that any comparison can tell apart, counted back from `lag` ms ago; null is all. */
  latest: number | null;
  /** The ms after which an event has come into every window that it ever comes into. */
  lag: number;
  folds: readonly FoldNeed[];
}

interface Draft {
  reach: Reach;
  latest: number | null;
  lag: number;
  ids: boolean;
  properties: Set<string>;
  folds: Map<string, FoldNeed>;
}

/** The count from which on no answer of these comparisons changes; null where one tells all counts apart. */
function countLimit(tests: readonly ProgramTest[]): number | null {
  let limit = 0;
  for (const [, op, value] of tests) {
    if (TIMED.has(op)) return null;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object") return null;
      if (typeof item === "number") limit = Math.max(limit, Math.floor(item) + 1);
    }
  }
  return limit;
}

/** How a measure over all of time, or over a fixed part of it, is kept; undefined for one whose window moves on. */
export function foldNeedOf([, , measure, property = "", window]: EventOperand): FoldNeed | undefined {
  if (window?.[0] === "calendar" || (window?.[0] === "rolling" && window[1] !== null)) return undefined;
  const [from, to] = window?.[0] === "absolute" ? [window[1], window[2]] : [null, null];
  return { key: JSON.stringify([measure, property, from, to]), measure, property, from, to };
}

function somewhere(where: ProgramWhere, holds: (leaf: ProgramWhere) => boolean): boolean {
  if (where[0] === "first" || where[0] === "prop") return holds(where);
  const [, ...parts] = where;
  return parts.some((part) => somewhere(part, holds));
}

function sequencesIn(
  condition: ProgramCondition,
): Extract<ProgramCondition, readonly ["sequence", ...unknown[]]>[] {
  if (typeof condition === "boolean") return [];
  if (condition[0] === "sequence") return [condition];
  if (condition[0] !== "all" && condition[0] !== "any" && condition[0] !== "not") return [];
  const [, ...parts] = condition;
  return parts.flatMap(sequencesIn);
}

function widen(draft: Draft, window: ProgramWindow | undefined): void {
  if (!draft.reach) return;
  if (!window || window[0] === "absolute" || (window[0] === "rolling" && window[1] === null))
    draft.reach = null;
  else if (window[0] === "calendar") draft.reach.periods.push(window);
  else draft.reach.ms = Math.max(draft.reach.ms, window[1] ?? 0);
}

const known = new WeakMap<Program, readonly (SeriesNeed | undefined)[]>();

/** What a program must keep of a user's past, by the index of each series; undefined for one that nothing reads. */
export function needsOf(program: Program): readonly (SeriesNeed | undefined)[] {
  const found = known.get(program) ?? findNeeds(program);
  known.set(program, found);
  return found;
}

/** The program of the first so many segments, which refer to no later ones. States of the whole answer it as they are. */
export function firstSegments(program: Program, count: number): Program {
  const part = { ...program, segments: program.segments.slice(0, count) };
  // The tables are the same; without this it would ask for fewer things of the same series, which are others then.
  known.set(part, needsOf(program));
  return part;
}

function findNeeds(program: Program): (SeriesNeed | undefined)[] {
  const { operands, tests, series, segments } = program;
  const drafts = new Map<number, Draft>();
  const draftOf = (index: number): Draft => {
    const draft = drafts.get(index) ?? {
      reach: { ms: 0, periods: [] },
      latest: 0,
      lag: 0,
      ids: false,
      properties: new Set(),
      folds: new Map(),
    };
    drafts.set(index, draft);
    return draft;
  };
  const inFormulas = new Set(
    operands.flatMap((operand) =>
      operand[0] === "formula"
        ? operand[1].flatMap((token) => (typeof token === "object" && token.length === 1 ? [token[0]] : []))
        : [],
    ),
  );
  for (const [, , value] of tests)
    if (typeof value === "object" && "operand" in value) inFormulas.add(value.operand);

  operands.forEach((operand, index) => {
    if (operand[0] !== "event") return;
    const [, at, measure, property = "", window] = operand;
    const draft = draftOf(at);
    const where = series[at]?.[1];
    const timed = where !== undefined && somewhere(where, (leaf) => leaf[0] === "prop" && TIMED.has(leaf[2]));
    const ofProperty = !["count", "days", "firstTime", "lastTime"].includes(measure);
    if (ofProperty) draft.properties.add(property);
    if (measure === "first" || measure === "last") draft.ids = true;
    if (window?.[0] === "rolling") draft.lag = Math.max(draft.lag, window[2]);
    const fold = foldNeedOf(operand);
    if (fold && !timed) {
      draft.folds.set(fold.key, fold);
      return;
    }
    widen(draft, window);
    const limit =
      measure === "count" && window?.[0] === "rolling" && !inFormulas.has(index) && !timed
        ? countLimit(tests.filter(([left]) => left === index))
        : null;
    draft.latest = draft.latest === null || limit === null ? null : Math.max(draft.latest, limit);
  });
  for (const [, condition] of segments) {
    for (const [, steps, window] of sequencesIn(condition)) {
      for (const [at] of steps) {
        const draft = draftOf(at);
        draft.ids = true;
        draft.latest = null;
        widen(draft, window);
      }
    }
  }
  return series.map(([event, where], index) => {
    const draft = drafts.get(index);
    if (!draft) return undefined;
    const first = where !== undefined && somewhere(where, (leaf) => leaf[0] === "first");
    const timed = where !== undefined && somewhere(where, (leaf) => leaf[0] === "prop" && TIMED.has(leaf[2]));
    const properties = new Set(draft.properties);
    // What is decided later must be able to read what the condition reads.
    if (where && (first || timed)) {
      somewhere(where, (leaf) => {
        if (leaf[0] === "prop") properties.add(leaf[1]);
        return false;
      });
    }
    const { reach, latest, lag, folds } = draft;
    const need = {
      event,
      where,
      first,
      timed,
      ids: draft.ids || first,
      properties: [...properties].sort(),
      reach,
      latest: first ? null : latest,
      lag,
      folds: [...folds.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    };
    return { key: hash(JSON.stringify([FORMAT, need, program.zone])), ...need };
  });
}

const encoder = new TextEncoder();

/** 62 bits of two seeds. */
export function hash(text: string): string {
  const bytes = encoder.encode(text);
  return [0, 1].map((seed) => (murmur3(bytes, seed) >>> 1).toString(36).padStart(6, "0")).join("");
}
