import { LIMITS } from "../../limits.ts";
import { type Fields, optional, readFields, requireKey } from "../../parse/fields.ts";
import { durationMs, parseDuration } from "../../parse/parse-duration.ts";
import { refuse } from "../../parse/problem.ts";
import type { Where } from "../../rule.ts";
import type { Campaign, Caps, Trigger } from "../definitions.ts";
import {
  readBoolean,
  readByKey,
  readEventName,
  readInstant,
  readKey,
  readOneOf,
  readOnly,
  readRule,
  readWhole,
} from "./read.ts";
import { readAudience } from "./read-audience.ts";
import { readContent } from "./read-content.ts";

const CAMPAIGN = [
  ...["kind", "placement", "enabled", "content", "experiment", "audience", "trigger"],
  ...["start", "end", "priority", "caps", "goal"],
];

export function readCaps(value: unknown, path: string): Caps {
  const fields = readOnly(value, path, "caps", ["once", "every", "atMost"]);
  return {
    ...optional(fields, "once", (once): true => {
      if (once !== true) refuse(`${path}/once`, "invalid-value", "once is true, or left out");
      return true;
    }),
    ...optional(fields, "every", (every) => parseDuration(every, `${path}/every`)),
    ...optional(fields, "atMost", (count) => readWhole(count, `${path}/atMost`, 1, LIMITS.cap)),
  };
}

/** The event of a trigger or a goal: its rule is checked as the rule language's own. */
function readEvent(fields: Fields, path: string): { event: string; where?: Where } {
  const event = readEventName(requireKey(fields, path, "event"), `${path}/event`);
  if (!fields.has("where")) return { event };
  const rule = readRule({ event, where: fields.get("where"), op: "gte", value: 1 }, path);
  return "where" in rule && rule.where ? { event, where: rule.where } : { event };
}

function readTrigger(value: unknown, path: string): Trigger {
  const fields = readFields(value, path, "a trigger");
  const on = readOneOf(requireKey(fields, path, "on"), `${path}/on`, [
    "now",
    "event",
    "page",
    "delay",
    "exit",
  ] as const);
  switch (on) {
    case "event": {
      readOnly(value, path, "a trigger", ["on", "event", "where", "within"]);
      const within = parseDuration(requireKey(fields, path, "within"), `${path}/within`);
      return { on, ...readEvent(fields, path), within };
    }
    case "page": {
      readOnly(value, path, "a trigger", ["on", "op", "value", "ignoreCase"]);
      const { on: _, ...comparison } = Object.fromEntries(fields);
      const rule = readRule({ trait: "path", ...comparison }, path);
      if (!("trait" in rule)) refuse(path, "invalid-value", "a page is matched by a comparison");
      const { trait, ...rest } = rule;
      return { on, ...rest };
    }
    case "delay": {
      readOnly(value, path, "a trigger", ["on", "after"]);
      const after = parseDuration(requireKey(fields, path, "after"), `${path}/after`);
      if (durationMs(after) > LIMITS.delay)
        refuse(`${path}/after`, "limit-delay", `a delay is at most ${LIMITS.delay} ms`);
      return { on, after };
    }
    default:
      readOnly(value, path, "a trigger", ["on"]);
      return { on };
  }
}

function readContents(value: unknown, path: string): Campaign["experiment"] & object {
  const fields = readOnly(value, path, "an experiment on the content", ["key", "contents"]);
  return {
    key: readKey(requireKey(fields, path, "key"), `${path}/key`),
    contents: readByKey(
      requireKey(fields, path, "contents"),
      `${path}/contents`,
      "arms",
      "contents",
      readContent,
    ),
  };
}

/** A campaign by itself; what it names is checked with the other definitions. */
export function readCampaign(value: unknown, path: string): Campaign {
  const fields = readOnly(value, path, "a campaign", CAMPAIGN);
  const at = (key: string) => `${path}/${key}`;
  const required = (key: string) => requireKey(fields, path, key);
  return {
    kind: readOneOf(required("kind"), at("kind"), ["prompt", "banner"] as const),
    placement: readKey(required("placement"), at("placement")),
    enabled: readBoolean(required("enabled"), at("enabled")),
    content: readContent(required("content"), at("content")),
    ...optional(fields, "experiment", (part) => readContents(part, at("experiment"))),
    ...optional(fields, "audience", (audience) => readAudience(audience, at("audience"))),
    ...optional(fields, "trigger", (trigger) => readTrigger(trigger, at("trigger"))),
    ...optional(fields, "start", (start) => readInstant(start, at("start"))),
    ...optional(fields, "end", (end) => readInstant(end, at("end"))),
    ...optional(fields, "priority", (priority) =>
      readWhole(priority, at("priority"), -LIMITS.priority, LIMITS.priority),
    ),
    ...optional(fields, "caps", (caps) => readCaps(caps, at("caps"))),
    ...optional(fields, "goal", (goal) =>
      readEvent(readOnly(goal, at("goal"), "a goal", ["event", "where"]), at("goal")),
    ),
  };
}
