import type { Comparison, Operator } from "../rule.ts";
import { readText } from "./fields.ts";
import { parseDuration } from "./parse-duration.ts";
import {
  parseDay,
  parseInstantValue,
  parseNumber,
  parsePatternText,
  parseRange,
  parseScalar,
  parseScalars,
  parseSemver,
  parseTexts,
} from "./parse-value.ts";

/** What the parser knows of one operator of RULES.md §3. */
interface OperatorRule {
  op: Operator;
  /** Whether `ignoreCase` may stand beside it. */
  ignoreCase: boolean;
  /** Whether it may compare a formula: it reads numbers, or anything (§5). */
  formula: boolean;
  /** The comparison with a value, or, of an operator that takes none, the comparison. */
  comparison: ((value: unknown, path: string) => Comparison) | Comparison;
}

/** Some operators, and how each of them makes its comparison. */
function row<Op extends Operator>(
  ops: readonly Op[],
  may: { ignoreCase?: boolean; formula?: boolean },
  make: (op: Op) => OperatorRule["comparison"],
): [Op, OperatorRule][] {
  return ops.map((op) => [op, { op, ignoreCase: false, formula: false, ...may, comparison: make(op) }]);
}

const TEXT = { ignoreCase: true };
const NUMBER = { formula: true };
const BOTH = { ...TEXT, ...NUMBER };

/** A Map, so that no operator is found under a name such as `toString`. */
export const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map<string, OperatorRule>([
  ...row(["eq", "neq"], BOTH, (op) => (value, path) => ({ op, value: parseScalar(value, path) })),
  ...row(["in", "notIn"], BOTH, (op) => (value, path) => ({ op, value: parseScalars(value, path) })),
  ...row(["contains", "notContains", "startsWith", "endsWith"], TEXT, (op) => (value, path) => ({
    op,
    value: readText(value, path),
  })),
  ...row(["matches"], TEXT, (op) => (value, path) => ({ op, value: parsePatternText(value, path) })),
  ...row(["gt", "gte", "lt", "lte"], NUMBER, (op) => (value, path) => ({
    op,
    value: parseNumber(value, path),
  })),
  ...row(["between"], NUMBER, (op) => (value, path) => ({ op, value: parseRange(value, path) })),
  ...row(["hasAny", "hasNone", "hasAll"], {}, (op) => (value, path) => ({
    op,
    value: parseTexts(value, path),
  })),
  ...row(["exists", "missing"], NUMBER, (op) => ({ op })),
  ...row(["semverEq", "semverGt", "semverGte", "semverLt", "semverLte"], {}, (op) => (value, path) => ({
    op,
    value: parseSemver(value, path),
  })),
  ...row(["before", "after"], {}, (op) => (value, path) => ({ op, value: parseInstantValue(value, path) })),
  ...row(["on"], {}, (op) => (value, path) => ({ op, value: parseDay(value, path) })),
  ...row(["within", "olderThan", "upcoming"], {}, (op) => (value, path) => ({
    op,
    value: parseDuration(value, path),
  })),
  ...row(["anniversary"], {}, (op) => ({ op })),
]);
