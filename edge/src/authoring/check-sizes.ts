import { LIMITS } from "@muster/rules";
import { Problem } from "../problem.ts";
import type { StoredDefinition } from "./stored.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text).length;

/**
 * Refuses what would be too large to be kept: one of `changed`, or all of `live` together.
 * @throws Problem `decision-invalid`; `place` says where a definition stands in the body
 */
export function checkSizes(
  changed: readonly StoredDefinition[],
  live: readonly StoredDefinition[],
  place: (one: StoredDefinition) => string,
): void {
  const refuse = (path: string, reason: string, detail: string): never => {
    throw new Problem("decision-invalid", `${reason}: ${detail}.`, { path, reason });
  };
  for (const one of changed) {
    if (Math.max(bytesOf(one.definition), bytesOf(one.document)) > LIMITS.definition)
      refuse(place(one), "limit-definition", `a definition has at most ${LIMITS.definition} bytes of JSON`);
  }
  const size = live.reduce((sum, one) => sum + bytesOf(one.definition) + bytesOf(one.document), 0);
  if (size > LIMITS.decisions)
    refuse("", "limit-decisions", `all definitions have at most ${LIMITS.decisions} bytes of JSON together`);
}
