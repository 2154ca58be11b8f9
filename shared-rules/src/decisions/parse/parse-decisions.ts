import { optional } from "../../parse/fields.ts";
import { attempt, type Parsed } from "../../parse/problem.ts";
import type { DecisionDefinitions } from "../definitions.ts";
import { checkReferences } from "./check-references.ts";
import { readByKey, readOnly } from "./read.ts";
import { readCampaign, readCaps } from "./read-campaign.ts";
import { readExclusionGroup, readExperiment, readHoldout } from "./read-experiment.ts";
import { readFlag } from "./read-flag.ts";

/**
 * Checks all definitions of a workspace together. The value is a copy of what was checked, in which URLs are as their
 * standard writes them. Total: any value is accepted or refused.
 */
export function parseDecisions(json: unknown): Parsed<DecisionDefinitions> {
  return attempt(() => {
    const kinds = ["flags", "experiments", "campaigns", "groups", "holdouts"] as const;
    const fields = readOnly(json, "", "definitions", [...kinds, "caps"]);
    const all = <Kind extends (typeof kinds)[number], Part>(
      kind: Kind,
      read: (value: unknown, path: string) => Part,
    ) => optional(fields, kind, (part) => readByKey(part, `/${kind}`, "definitions", kind, read));
    const definitions: DecisionDefinitions = {
      ...all("flags", readFlag),
      ...all("experiments", readExperiment),
      ...all("campaigns", readCampaign),
      ...all("groups", readExclusionGroup),
      ...all("holdouts", readHoldout),
      ...optional(fields, "caps", (caps) => readCaps(caps, "/caps")),
    };
    checkReferences(definitions);
    return definitions;
  });
}
