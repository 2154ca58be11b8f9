import type { Step } from "../rule.ts";
import { allowOnly, optional, readFields, readForm, readList, readText } from "./fields.ts";
import { parseDuration } from "./parse-duration.ts";
import { parseWhere } from "./parse-where.ts";
import type { Place } from "./place.ts";
import { refuse } from "./problem.ts";

/** The steps of a sequence (RULES.md §6); `place` is the condition that holds them. */
export function parseSequence(value: unknown, place: Place): Step[] {
  const path = place.at("sequence");
  const list = readList(value, path, "a list of steps");
  if (list.length === 0) refuse(path, "invalid-value", "a sequence has at least one step");
  let previous: Step | undefined;
  return Array.from(list, (item, index) => {
    const at = place.below("sequence", index);
    const step = parseStep(item, at);
    refuseMisplaced(step, previous, index === list.length - 1, at);
    previous = step;
    return step;
  });
}

function parseStep(value: unknown, place: Place): Step {
  const fields = readFields(value, place.path, "a step");
  const form = readForm(fields, place.path, "a step", ["event", "not"]);
  const atMost = optional(fields, "atMost", (duration) => parseDuration(duration, place.at("atMost")));
  if (form === "event") {
    allowOnly(fields, place.path, ["event", "where", "atMost"]);
    return {
      event: readText(fields.get("event"), place.at("event")),
      ...optional(fields, "where", (where) => parseWhere(where, place.below("where"))),
      ...atMost,
    };
  }
  allowOnly(fields, place.path, ["not", "atMost"]);
  const absent = readFields(fields.get("not"), place.at("not"), "the event that must not happen");
  readForm(absent, place.at("not"), "the event that must not happen", ["event"]);
  allowOnly(absent, place.at("not"), ["event", "where"]);
  return {
    not: {
      event: readText(absent.get("event"), place.at("not", "event")),
      ...optional(absent, "where", (where) => parseWhere(where, place.below("not", "where"))),
    },
    ...atMost,
  };
}

/** Refuses a step that may not stand after `previous`, or an `atMost` that is missing or means nothing there. */
function refuseMisplaced(step: Step, previous: Step | undefined, last: boolean, place: Place): void {
  if (previous === undefined && "not" in step) {
    refuse(place.path, "invalid-step", "the first step of a sequence is an event that happens");
  }
  if (previous === undefined && step.atMost) {
    refuse(place.at("atMost"), "invalid-step", "the first step has none before it: atMost means nothing");
  }
  if (!("not" in step)) return;
  if (previous && "not" in previous) {
    refuse(
      place.path,
      "invalid-step",
      "two not steps stand side by side; one event that happens lies between",
    );
  }
  if (last && !step.atMost) {
    refuse(place.path, "missing-key", "a not step at the end needs atMost: how long nothing may happen");
  }
  if (!last && step.atMost) {
    refuse(
      place.at("atMost"),
      "invalid-step",
      "a not step between two others ends with the next: atMost means nothing",
    );
  }
}
