import type { DecisionTable } from "../table.ts";
import type { Asked } from "./asked.ts";
import type { Choice } from "./choose-variation.ts";

/** A question while it is being answered: what was read, and how long that stands. */
export class Reading {
  readonly table: DecisionTable;
  readonly asked: Asked;
  /** The flags that others need, each worked out once. */
  needed: Map<string, Choice | undefined> | undefined;
  /** Whether all that was read is known. */
  ready = true;
  /** The earliest instant at which what was read can change; null for never. */
  until: number | null = null;

  constructor(table: DecisionTable, asked: Asked) {
    this.table = table;
    this.asked = asked;
  }

  /** Notes an instant at which what was read can change; one that is past means nothing. */
  changesAt(instant: number | null): void {
    if (instant !== null && instant > this.asked.now && !(instant >= (this.until ?? Infinity)))
      this.until = instant;
  }

  /** Whether an instant has come. */
  isPast(instant: number): boolean {
    this.changesAt(instant);
    return instant <= this.asked.now;
  }

  isRunning({ start = -Infinity, end = Infinity }: { start?: number; end?: number }): boolean {
    return this.isPast(start) && !this.isPast(end);
  }

  /** Whether the user is in a segment; everyone is in the one that is not given. */
  holds(segment: string | undefined): boolean {
    if (segment === undefined) return true;
    const answer = this.asked.answers(segment);
    this.changesAt(answer?.until ?? null);
    this.ready &&= !!answer;
    return !!answer?.member;
  }
}

/** What stands under a key of its own. */
export function own<T>(record: { readonly [key: string]: T } | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
