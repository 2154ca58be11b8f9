import { LIMITS } from "../../limits.ts";
import { allowOnly, type Fields, readFields, readList } from "../../parse/fields.ts";
import { parseRule } from "../../parse/parse-rule.ts";
import { type Parsed, pointer, quote, refuse } from "../../parse/problem.ts";
import type { Rule } from "../../rule.ts";
import { isTimestamp } from "../../timestamp.ts";

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const SALT = /^[A-Za-z0-9_-]+$/;
const SEGMENT = /^[a-z0-9][a-z0-9._-]*$/;

function refuseBeyond(path: string, name: keyof typeof LIMITS, size: number, what: string): void {
  if (size > LIMITS[name])
    refuse(path, `limit-${name}`, `there are at most ${LIMITS[name]} ${what}, and here ${size}`);
}

function readWord(
  value: unknown,
  path: string,
  form: RegExp,
  name: "key" | "salt" | "name",
  what: string,
): string {
  if (typeof value !== "string" || !form.test(value)) {
    refuse(path, "invalid-value", `${quote(value)} is no ${what}`);
  }
  refuseBeyond(path, name, value.length, `characters in a ${what}`);
  return value;
}

/** The key of a flag, a variation, a rule, an experiment, an arm, a campaign, a placement, a group or a holdout. */
export function readKey(value: unknown, path: string): string {
  return readWord(value, path, KEY, "key", "key of letters, digits, '.', '_' and '-'");
}

export function readSalt(value: unknown, path: string): string {
  return readWord(value, path, SALT, "salt", "salt of letters, digits, '_' and '-'");
}

/** The key of a segment that people made; those that decisions are compiled into are nobody's to name. */
export function readSegment(value: unknown, path: string): string {
  return readWord(value, path, SEGMENT, "name", "key of a segment");
}

/** The name of an event. */
export function readEventName(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "" || value === "*") {
    refuse(path, "invalid-value", `${quote(value)} stands where the name of one event is needed`);
  }
  refuseBeyond(path, "name", value.length, "characters in the name of an event");
  return value;
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean")
    refuse(path, "wrong-type", `${quote(value)} stands where true or false is needed`);
  return value;
}

/** A whole number from `least` to `most`. */
export function readWhole(value: unknown, path: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    refuse(path, "invalid-value", `${quote(value)} is no whole number from ${least} to ${most}`);
  }
  return value;
}

/** An instant in ms since 1970-01-01 UTC. */
export function readInstant(value: unknown, path: string): number {
  if (!isTimestamp(value)) {
    refuse(path, "invalid-value", `${quote(value)} is no whole number of ms since 1970-01-01 UTC`);
  }
  return value;
}

export function readOneOf<Word extends string>(value: unknown, path: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined)
    refuse(path, "invalid-value", `${quote(value)} stands where one of ${words.join(", ")} is needed`);
  return found;
}

/** Fields of which only some may be there. */
export function readOnly(value: unknown, path: string, what: string, keys: readonly string[]): Fields {
  const fields = readFields(value, path, what);
  allowOnly(fields, path, keys);
  return fields;
}

/** An object by keys, each with what `read` makes of it. */
export function readByKey<Part>(
  value: unknown,
  path: string,
  limit: keyof typeof LIMITS,
  what: string,
  read: (value: unknown, path: string, key: string) => Part,
): { readonly [key: string]: Part } {
  const fields = readFields(value, path, `an object of ${what} by their keys`);
  refuseBeyond(path, limit, fields.size, what);
  return Object.fromEntries(
    Array.from(fields, ([key, part]) => {
      const at = pointer(path, key);
      return [readKey(key, at), read(part, at, key)];
    }),
  );
}

export function readItems<Item>(
  value: unknown,
  path: string,
  limit: keyof typeof LIMITS,
  what: string,
  read: (value: unknown, path: string) => Item,
): Item[] {
  const list = readList(value, path, `a list of ${what}`);
  refuseBeyond(path, limit, list.length, what);
  return Array.from(list, (item, index) => read(item, pointer(path, index)));
}

/** A rule of the rule language, at a place of its own in the document. */
export function readRule(value: unknown, path: string): Rule {
  const parsed: Parsed<Rule> = parseRule(value);
  if (!parsed.ok) refuse(`${path}${parsed.problem.path}`, parsed.problem.code, parsed.problem.detail);
  return parsed.value;
}
