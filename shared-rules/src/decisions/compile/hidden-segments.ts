import type { Rule, SegmentDefinition } from "../../rule.ts";

/** Collects the segments that definitions are compiled into. Their keys begin with `$`, as no segment of a person does. */
export class HiddenSegments {
  readonly #segments = new Map<string, SegmentDefinition>();

  /** The key of the segment for which all of these hold; undefined where everyone is in it. */
  add(key: string, conditions: readonly Rule[]): string | undefined {
    const [only, ...more] = conditions;
    if (!only) return undefined;
    this.#segments.set(key, { rule: more.length ? { all: conditions } : only });
    return key;
  }

  addList(key: string, members: readonly string[]): string {
    this.#segments.set(key, { members });
    return key;
  }

  get all(): { readonly [key: string]: SegmentDefinition } {
    return Object.fromEntries(this.#segments);
  }
}
