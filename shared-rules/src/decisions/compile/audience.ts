import { references } from "../../parse/find-cycle.ts";
import type { Rule } from "../../rule.ts";
import type { Audience } from "../definitions.ts";

/** The conditions of an audience; none where it is for everyone. */
export function conditionsOf({ include, exclude, rule }: Audience = {}): Rule[] {
  const members = (keys: readonly string[]): Rule => ({ any: keys.map((segment) => ({ segment })) });
  return [
    ...(include ? [members(include)] : []),
    ...(exclude?.length ? [{ not: members(exclude) }] : []),
    ...(rule ? [rule] : []),
  ];
}

/** The segments that an audience names, each with its version where it is known. */
export function versionOf(
  { include = [], exclude = [], rule }: Audience = {},
  versions: ReadonlyMap<string, number>,
): string {
  const named = new Set([...include, ...exclude, ...(rule ? references(rule).map(([key]) => key) : [])]);
  return [...named]
    .sort()
    .flatMap((key) => (versions.has(key) ? [`${key}@${versions.get(key)}`] : []))
    .join(" ");
}
