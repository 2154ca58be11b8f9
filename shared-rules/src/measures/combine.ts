import type { Digest } from "../engine/features.ts";
import type { ProgramMeasure } from "../program.ts";
import { ExactSum } from "./exact-sum.ts";

/** The digest of the events of two digests: one and the same for a set of events, whatever parts it came in. */
export function combine(measure: ProgramMeasure, left: Digest, right: Digest): Digest {
  if (!right.length) return left.length ? settle(measure, left) : left;
  if (!left.length) return settle(measure, right);
  switch (measure) {
    case "min":
    case "firstTime":
      return [Math.min(Number(left[0]), Number(right[0]))];
    case "max":
    case "lastTime":
      return [Math.max(Number(left[0]), Number(right[0]))];
    case "avg": {
      const [count, ...numbers] = left;
      const [more, ...others] = right;
      return settle(measure, [Number(count) + Number(more), ...numbers, ...others]);
    }
    case "first":
      return isBefore(left, right) ? left : right;
    case "last":
      return isBefore(left, right) ? right : left;
    default:
      return settle(measure, [...left, ...right]);
  }
}

/** A digest in the one form that all digests of the same events come to. */
function settle(measure: ProgramMeasure, values: Digest): Digest {
  switch (measure) {
    case "sum":
      return settleSum(values);
    case "avg":
      return [values[0], ...settleSum(values.slice(1))];
    case "days":
    case "distinct":
      return [...new Set(values)]
        .map((value) => ({ value, text: JSON.stringify(value) }))
        .sort((a, b) => (a.text < b.text ? -1 : 1))
        .map(({ value }) => value);
    default:
      return values;
  }
}

/** The parts of a sum, the least first: each is the double nearest to what those after it leave. */
function settleSum(numbers: Digest): Digest {
  const rest = new ExactSum(numbers.map(Number));
  const parts: number[] = [];
  for (let part = rest.value; part; part = rest.value) {
    const finite = Math.min(Math.max(part, -Number.MAX_VALUE), Number.MAX_VALUE);
    parts.unshift(finite);
    rest.add(-finite);
  }
  return parts;
}

/** Whether the event of the first digest comes before that of the second. */
function isBefore([ts, id]: Digest, [otherTs, otherId]: Digest): boolean {
  return ts === otherTs ? String(id) < String(otherId) : Number(ts) < Number(otherTs);
}
