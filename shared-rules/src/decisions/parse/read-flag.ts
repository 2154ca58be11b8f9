import { LIMITS } from "../../limits.ts";
import { allowOnly, type Fields, optional, readFields, readForm, requireKey } from "../../parse/fields.ts";
import { pointer, quote, refuse } from "../../parse/problem.ts";
import type { Flag, FlagRule, FlagState, Prerequisite, Rollout } from "../definitions.ts";
import {
  readBoolean,
  readByKey,
  readInstant,
  readItems,
  readKey,
  readOneOf,
  readOnly,
  readSalt,
} from "./read.ts";
import { readAudience } from "./read-audience.ts";
import { readFlagValue } from "./read-json.ts";
import { readSplit } from "./read-places.ts";

const STATE = ["enabled", "off", "otherwise", "overrides", "prerequisites", "rules"];
const SERVINGS = ["variation", "rollout", "experiment"] as const;

/** The variations of the flag that is being read. */
type Variations = Flag["variations"];

function readVariation(value: unknown, path: string, variations: Variations): string {
  if (typeof value !== "string" || !Object.hasOwn(variations, value)) {
    refuse(path, "unknown-variation", `${quote(value)} is no variation of this flag`);
  }
  return value;
}

function readUserId(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "" || value.length > LIMITS.name) {
    refuse(path, "invalid-value", `${quote(value)} is no id of 1 to ${LIMITS.name} characters`);
  }
  return value;
}

function readOverrides(
  value: unknown,
  path: string,
  variations: Variations,
): FlagState["overrides"] & object {
  const seen = new Set<string>();
  return readByKey(value, path, "variations", "variations", (part, at, key) => {
    readVariation(key, at, variations);
    const ids = readItems(part, at, "overrides", "ids", (id, place) => {
      const user = readUserId(id, place);
      if (seen.has(user)) refuse(place, "duplicate", `${quote(user)} has a variation already`);
      seen.add(user);
      return user;
    });
    if (seen.size > LIMITS.overrides)
      refuse(at, "limit-overrides", `at most ${LIMITS.overrides} users have a variation of their own`);
    return ids;
  });
}

function readPrerequisite(value: unknown, path: string): Prerequisite {
  const fields = readOnly(value, path, "a prerequisite", ["flag", "in"]);
  return {
    flag: readKey(requireKey(fields, path, "flag"), `${path}/flag`),
    in: readItems(requireKey(fields, path, "in"), `${path}/in`, "variations", "variations", readKey),
  };
}

function readRollout(value: unknown, path: string, variations: Variations): Rollout {
  const fields = readOnly(value, path, "a rollout", ["salt", "unit", "places"]);
  const at = `${path}/places`;
  const places = readSplit(requireKey(fields, path, "places"), at, "variations", "variations");
  for (const key of Object.keys(places)) readVariation(key, pointer(at, key), variations);
  return {
    salt: readSalt(requireKey(fields, path, "salt"), `${path}/salt`),
    ...optional(fields, "unit", (unit) => readOneOf(unit, `${path}/unit`, ["user", "device"] as const)),
    places,
  };
}

function readFlagRule(value: unknown, path: string, variations: Variations): FlagRule {
  const fields = readFields(value, path, "a flag's rule");
  const form = readForm(fields, path, "a flag's rule", SERVINGS);
  allowOnly(fields, path, ["key", "audience", form]);
  const rule = {
    key: readKey(requireKey(fields, path, "key"), `${path}/key`),
    ...optional(fields, "audience", (audience) => readAudience(audience, `${path}/audience`)),
  };
  const part = fields.get(form);
  const at = `${path}/${form}`;
  switch (form) {
    case "variation":
      return { ...rule, variation: readVariation(part, at, variations) };
    case "rollout":
      return { ...rule, rollout: readRollout(part, at, variations) };
    case "experiment":
      return { ...rule, experiment: readKey(part, at) };
  }
}

function readFlagRules(value: unknown, path: string, variations: Variations): FlagRule[] {
  const keys = new Set<string>();
  return readItems(value, path, "flagRules", "rules", (part, at) => {
    const rule = readFlagRule(part, at, variations);
    if (keys.has(rule.key)) refuse(`${at}/key`, "duplicate", `there is another rule ${quote(rule.key)}`);
    keys.add(rule.key);
    return rule;
  });
}

function readState(fields: Fields, path: string, variations: Variations): FlagState {
  const at = (key: string) => `${path}/${key}`;
  return {
    enabled: readBoolean(requireKey(fields, path, "enabled"), at("enabled")),
    off: readVariation(requireKey(fields, path, "off"), at("off"), variations),
    otherwise: readVariation(requireKey(fields, path, "otherwise"), at("otherwise"), variations),
    ...optional(fields, "overrides", (part) => readOverrides(part, at("overrides"), variations)),
    ...optional(fields, "prerequisites", (part) =>
      readItems(part, at("prerequisites"), "prerequisites", "prerequisites", readPrerequisite),
    ),
    ...optional(fields, "rules", (part) => readFlagRules(part, at("rules"), variations)),
  };
}

function readScheduled(value: unknown, path: string, variations: Variations): Flag["scheduled"] & object {
  let last = -Infinity;
  return readItems(value, path, "scheduled", "scheduled changes", (part, place) => {
    const fields = readOnly(part, place, "a scheduled change", ["at", ...STATE]);
    const at = readInstant(requireKey(fields, place, "at"), `${place}/at`);
    if (at <= last)
      refuse(`${place}/at`, "invalid-value", "a scheduled change is later than the one before it");
    last = at;
    return { at, ...readState(fields, place, variations) };
  });
}

/** A flag by itself; what it names is checked with the other definitions. */
export function readFlag(value: unknown, path: string): Flag {
  const fields = readOnly(value, path, "a flag", ["type", "variations", "scheduled", ...STATE]);
  const type = readOneOf(requireKey(fields, path, "type"), `${path}/type`, [
    "boolean",
    "string",
    "number",
    "json",
  ] as const);
  const variations = readByKey(
    requireKey(fields, path, "variations"),
    `${path}/variations`,
    "variations",
    "variations",
    (part, at) => readFlagValue(part, at, type),
  );
  return {
    type,
    variations,
    ...readState(fields, path, variations),
    ...optional(fields, "scheduled", (part) => readScheduled(part, `${path}/scheduled`, variations)),
  };
}
