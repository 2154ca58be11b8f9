import type { Operators, Test } from "./engine/operators.ts";

/** https://semver.org/spec/v2.0.0.html, with the leading `v` that RULES.md §3 allows. */
const NUMBER = "(0|[1-9]\\d*)";
const PRERELEASE = "(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const VERSION = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PRERELEASE}(?:\\.${PRERELEASE})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);

/** A version as the identifiers that its precedence compares, or undefined where the text is none. */
export function parseVersion(text: string): string[][] | undefined {
  const parts = VERSION.exec(text);
  return parts ? [parts.slice(1, 4), parts[4]?.split(".") ?? []] : undefined;
}

function compareIdentifiers(a: string, b: string): number {
  const [numeric, other] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric !== other) return numeric ? -1 : 1;
  // Numbers without leading zeros: the longer one is greater, however many digits they have.
  if (numeric && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Below, above or equal to 0 as `a` has lower, higher or the same precedence. */
export function compareVersions([a = [], aPre = []]: string[][], [b = [], bPre = []]: string[][]): number {
  const walk = (x: string[], y: string[]) => {
    for (let i = 0; i < x.length && i < y.length; i++) {
      const order = compareIdentifiers(x[i] ?? "", y[i] ?? "");
      if (order) return order;
    }
    return x.length - y.length;
  };
  // A version without a pre-release comes after all its pre-releases.
  const both = aPre.length && bPre.length;
  return walk(a, b) || (both ? walk(aPre, bPre) : bPre.length - aPre.length);
}

const onVersion =
  (holds: (order: number) => boolean) =>
  (name: string, value: string): Test => {
    const version = parseVersion(value) ?? [];
    return (fields) => {
      const x = fields[name];
      const parsed = typeof x === "string" ? parseVersion(x) : undefined;
      return parsed !== undefined && holds(compareVersions(parsed, version));
    };
  };

/** The semver operators. */
export const versions: Operators = new Map([
  ["semverEq", onVersion((order) => order === 0)],
  ["semverGt", onVersion((order) => order > 0)],
  ["semverGte", onVersion((order) => order >= 0)],
  ["semverLt", onVersion((order) => order < 0)],
  ["semverLte", onVersion((order) => order <= 0)],
]);
