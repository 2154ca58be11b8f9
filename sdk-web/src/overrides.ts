import type { Overrides } from "@muster/rules/decide";
import { takeData } from "./operation.ts";
import { maybe, object, record, text, truth } from "./shape.ts";

const choices = maybe(record(text));
const isOverrides = object({ flags: choices, experiments: choices, campaigns: maybe(record(truth)) });

/** A copy of what an application chooses for a preview; undefined where that is none. */
export function takeOverrides(given: unknown): Overrides | undefined {
  const copy: Overrides | undefined = takeData(given);
  return isOverrides(copy) ? copy : undefined;
}

/** Whether anything is chosen. */
export function isPreview(overrides: Overrides): boolean {
  return Object.values(overrides).some((part) => Object.keys(part ?? {}).length > 0);
}
