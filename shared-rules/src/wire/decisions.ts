import { z } from "zod";
import type {
  WrittenCampaign,
  WrittenExperiment,
  WrittenFlag,
  WrittenGroup,
  WrittenHoldout,
} from "../decisions/author/written.ts";
import type { Caps, DecisionDefinitions } from "../decisions/definitions.ts";
import { LIMITS } from "../limits.ts";
import { timestamp } from "./operation.ts";

/** The key of a flag, an experiment, a campaign, an exclusion group or a holdout. Never changes. */
export const decisionKey = z
  .string()
  .max(LIMITS.key)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a key is made of letters, digits, '.', '_' and '-'");

/** An object that a parser of the rule package checks, which names the path of what is wrong (DECISIONS.md). */
function judgedObject<Value>(description: string) {
  return z
    .custom<Value>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "expected an object",
    )
    .meta({ type: "object", description });
}

/** What a person writes, by kind: `PUT /v1/flags/{key}` and so on. */
export const writtenFlag = judgedObject<WrittenFlag>(
  "type, variations, enabled, off, otherwise, overrides?, prerequisites?, scheduled?, rules? (each a key, an audience? " +
    'and one of variation, experiment, rollout: {"weights": {variation: percent}, "unit"?}); name?, description?, private?',
);
export const writtenExperiment = judgedObject<WrittenExperiment>(
  'enabled, weights ({arm: weight}), unit?, allocation? (percent), audience?, group? ({"key", "share": percent}), ' +
    "holdout?, start?, end?; name?, description?, private?",
);
export const writtenCampaign = judgedObject<WrittenCampaign>(
  "kind, placement, enabled, content, experiment?, audience?, trigger?, start?, end?, priority?, caps?, goal?; " +
    "name?, description?, private?",
);
export const writtenGroup = judgedObject<WrittenGroup>("name?, description?");
export const writtenHoldout = judgedObject<WrittenHoldout>("share (percent); name?, description?");

/** `GET` and `PUT /v1/caps`: how often anyone sees any campaign. */
export const caps = judgedObject<Caps>("once?, every? (a duration), atMost?");

/** Something that was saved as it is, though it may not be what was meant. */
export const warning = z.object({
  /** `segment-unknown`, `segment-draft` or `segment-archived`. */
  code: z.string(),
  /** A JSON Pointer into what was written. */
  path: z.string(),
  detail: z.string(),
});
export type Warning = z.infer<typeof warning>;

const saved = {
  key: z.string(),
  /** Counts the saved versions, from 1; also what `If-Match` asks for. */
  version: z.int(),
  /** Of an experiment: how often everyone was drawn. */
  iteration: z.int().optional(),
  createdAt: timestamp,
  updatedAt: timestamp,
  archivedAt: timestamp.nullable(),
};

/** A definition as it is kept: `definition` can be put again. */
export function savedDefinition<Schema extends z.ZodType>(definition: Schema) {
  return z.object({ ...saved, definition, warnings: z.array(warning) });
}

/** `GET /v1/flags?search=&archived=&limit=&cursor=` and so on. */
export function definitionList<Schema extends z.ZodType>(definition: Schema) {
  return z.object({
    definitions: z.array(z.object({ ...saved, definition })),
    next: z.string().nullable(),
  });
}

/** `GET /v1/flags/{key}/versions?limit=&cursor=` and so on: the newest first. */
export function versionList<Schema extends z.ZodType>(definition: Schema) {
  return z.object({
    versions: z.array(z.object({ version: z.int(), savedAt: timestamp, definition })),
    next: z.string().nullable(),
  });
}

export const savedFlag = savedDefinition(writtenFlag);
export type SavedFlag = z.infer<typeof savedFlag>;
export const savedExperiment = savedDefinition(writtenExperiment);
export type SavedExperiment = z.infer<typeof savedExperiment>;
export const savedCampaign = savedDefinition(writtenCampaign);
export type SavedCampaign = z.infer<typeof savedCampaign>;
export const savedGroup = savedDefinition(writtenGroup);
export type SavedGroup = z.infer<typeof savedGroup>;
export const savedHoldout = savedDefinition(writtenHoldout);
export type SavedHoldout = z.infer<typeof savedHoldout>;

/** `POST /v1/experiments/{key}/iterations`: draws everyone anew, by another definition where one is given. */
export const iterateRequest = z.strictObject({ definition: writtenExperiment.optional() });
export type IterateRequest = z.infer<typeof iterateRequest>;

const about = {
  name: z.string().max(LIMITS.text).optional(),
  description: z.string().max(LIMITS.text).optional(),
};
const byKey = <Schema extends z.ZodType>(schema: Schema) => z.record(decisionKey, schema).optional();
const aboutDecision = z.strictObject({ ...about, private: z.boolean().optional() });

/** All definitions as code: with salts and places (DECISIONS.md), and what is said about them. */
export const decisionsDocument = z.strictObject({
  document: judgedObject<DecisionDefinitions>("flags?, experiments?, campaigns?, groups?, holdouts?, caps?"),
  about: z
    .strictObject({
      flags: byKey(aboutDecision),
      experiments: byKey(aboutDecision),
      campaigns: byKey(aboutDecision),
      groups: byKey(z.strictObject(about)),
      holdouts: byKey(z.strictObject(about)),
    })
    .default({}),
});
export type DecisionsDocument = z.infer<typeof decisionsDocument>;

/** `PUT /v1/decisions`: what it did, or with `?dry=true` what it would do. Definitions are named by JSON Pointers. */
export const decisionsChange = z.object({
  /** Whether it was done. */
  applied: z.boolean(),
  created: z.array(z.string()),
  changed: z.array(z.string()),
  archived: z.array(z.string()),
  /** Promises to those who were drawn already that it would break: with any of these it is refused. */
  unsafe: z.array(z.object({ code: z.string(), path: z.string(), detail: z.string() })),
  warnings: z.array(warning),
});
export type DecisionsChange = z.infer<typeof decisionsChange>;
