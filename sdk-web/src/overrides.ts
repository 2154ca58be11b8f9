import type { Overrides } from "@muster/rules/decide";
import { type Data, takeData } from "./operation.ts";
import { isRecord } from "./records.ts";

function isChoice(part: unknown, type: "string" | "boolean"): boolean {
  return part === undefined || (isRecord(part) && Object.values(part).every((one) => typeof one === type));
}

function isOverrides({ flags, experiments, campaigns }: Data): boolean {
  return isChoice(flags, "string") && isChoice(experiments, "string") && isChoice(campaigns, "boolean");
}

/** A copy of what an application chooses for a preview; undefined where that is none. */
export function takeOverrides(given: unknown): Overrides | undefined {
  const copy = takeData(given);
  return copy && isOverrides(copy) ? copy : undefined;
}
