import { LIMITS } from "../../limits.ts";
import { optional, requireKey } from "../../parse/fields.ts";
import { refuse } from "../../parse/problem.ts";
import type { DecisionDefinitions, Experiment } from "../definitions.ts";
import { PLACES, sizeOf } from "../places.ts";
import { readBoolean, readInstant, readKey, readOneOf, readOnly, readSalt, readWhole } from "./read.ts";
import { readAudience } from "./read-audience.ts";
import { readPlaces, readSplit } from "./read-places.ts";

const EXPERIMENT = [
  ...["enabled", "salt", "iteration", "unit", "arms", "allocation"],
  ...["audience", "group", "holdout", "start", "end"],
];

function readArms(value: unknown, path: string): Experiment["arms"] {
  const arms = readSplit(value, path, "arms", "arms");
  const missing = PLACES - Object.values(arms).reduce((sum, places) => sum + sizeOf(places), 0);
  if (missing > 0)
    refuse(
      path,
      "incomplete",
      `the arms share all ${PLACES} places, and ${missing} are nobody's; who takes part is the allocation`,
    );
  return arms;
}

function readGroup(value: unknown, path: string): Experiment["group"] & object {
  const fields = readOnly(value, path, "a part of a group", ["key", "places"]);
  return {
    key: readKey(requireKey(fields, path, "key"), `${path}/key`),
    places: readPlaces(requireKey(fields, path, "places"), `${path}/places`),
  };
}

/** An experiment by itself; what it names is checked with the other definitions. */
export function readExperiment(value: unknown, path: string): Experiment {
  const fields = readOnly(value, path, "an experiment", EXPERIMENT);
  const at = (key: string) => `${path}/${key}`;
  const required = (key: string) => requireKey(fields, path, key);
  return {
    enabled: readBoolean(required("enabled"), at("enabled")),
    salt: readSalt(required("salt"), at("salt")),
    iteration: readWhole(required("iteration"), at("iteration"), 1, LIMITS.iteration),
    ...optional(fields, "unit", (unit) => readOneOf(unit, at("unit"), ["user", "device"] as const)),
    arms: readArms(required("arms"), at("arms")),
    ...optional(fields, "allocation", (places) => readPlaces(places, at("allocation"))),
    ...optional(fields, "audience", (audience) => readAudience(audience, at("audience"))),
    ...optional(fields, "group", (group) => readGroup(group, at("group"))),
    ...optional(fields, "holdout", (holdout) => readKey(holdout, at("holdout"))),
    ...optional(fields, "start", (start) => readInstant(start, at("start"))),
    ...optional(fields, "end", (end) => readInstant(end, at("end"))),
  };
}

export function readExclusionGroup(value: unknown, path: string): { salt: string } {
  const fields = readOnly(value, path, "an exclusion group", ["salt"]);
  return { salt: readSalt(requireKey(fields, path, "salt"), `${path}/salt`) };
}

export function readHoldout(
  value: unknown,
  path: string,
): (DecisionDefinitions["holdouts"] & object)[string] {
  const fields = readOnly(value, path, "a holdout", ["salt", "places"]);
  return {
    salt: readSalt(requireKey(fields, path, "salt"), `${path}/salt`),
    places: readPlaces(requireKey(fields, path, "places"), `${path}/places`),
  };
}
