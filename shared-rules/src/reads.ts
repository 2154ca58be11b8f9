import type { Program, ProgramComparison, ProgramCondition, ProgramWhere } from "./program.ts";
import { directReferences } from "./references.ts";

/** What a segment, or a whole program, looks at to decide. */
export interface Reads {
  traits: Set<string>;
  /** The properties read of the events of each name; `*` is any name. */
  events: Map<string, Set<string>>;
  /** Whether the user's id or anonymous id matters. */
  ids: boolean;
  /** The segments that it names itself. */
  segments: Set<string>;
  /** The segments whose answers the caller must bring (`User.answers`). */
  answers: Set<string>;
}

/** Measures of the events themselves, not of a property. */
const OF_EVENTS: ReadonlySet<string> = new Set(["count", "days", "firstTime", "lastTime"]);

/** What segment `key` itself reads, not what the segments that it names read; without a key, all of them. */
export function reads(program: Program, key?: string): Reads {
  const asked = program.segments.filter(([name]) => key === undefined || name === key);
  return readsOf(
    program,
    asked.map(([, condition]) => condition),
  );
}

/** What each segment of a program itself reads. */
export function readsBySegment(program: Program): Map<string, Reads> {
  return new Map(program.segments.map(([key, condition]) => [key, readsOf(program, [condition])]));
}

/** What these conditions of a program read. */
export function readsOf(program: Program, conditions: readonly ProgramCondition[]): Reads {
  const found: Reads = {
    traits: new Set(),
    events: new Map(),
    ids: false,
    segments: new Set(),
    answers: new Set(),
  };
  const seen = new Set<number>();

  const series = (index: number, property?: string) => {
    const [name = "", where] = program.series[index] ?? [];
    const properties = found.events.get(name) ?? new Set();
    found.events.set(name, properties);
    if (property !== undefined) properties.add(property);
    for (const other of where ? propertiesOf(where) : []) properties.add(other);
  };
  const operand = (index: number) => {
    const open = [index];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const source = program.operands[next];
      if (source?.[0] === "trait") found.traits.add(source[1]);
      if (source?.[0] === "bucket") found.ids = true;
      if (source?.[0] === "event")
        series(source[1], OF_EVENTS.has(source[2]) ? undefined : (source[3] ?? ""));
      if (source?.[0] === "formula") {
        for (const token of source[1]) if (Array.isArray(token) && token.length === 1) open.push(token[0]);
      }
    }
  };
  const comparison = ([, value]: ProgramComparison) => {
    if (typeof value === "object" && "operand" in value) operand(value.operand);
  };
  const condition = (source: ProgramCondition): void => {
    if (typeof source === "boolean") return;
    if (source[0] === "test") {
      const [left = -1, ...rest] = program.tests[source[1]] ?? [-1, "exists"];
      operand(left);
      comparison(rest);
    } else if (source[0] === "ids") found.ids = true;
    else if (source[0] === "given") found.answers.add(source[1]);
    else if (source[0] === "sequence") for (const [index] of source[1]) series(index);
    else if (source[0] !== "segment") {
      const [, ...parts] = source;
      for (const part of parts) condition(part);
    }
  };
  for (const source of conditions) {
    condition(source);
    for (const index of directReferences(source)) found.segments.add(program.segments[index]?.[0] ?? "");
  }
  return found;
}

function propertiesOf(where: ProgramWhere): string[] {
  if (where[0] === "prop") return [where[1]];
  if (where[0] === "first") return [];
  const [, ...parts] = where;
  return parts.flatMap(propertiesOf);
}
