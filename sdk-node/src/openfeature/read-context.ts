import { type EvaluationContext, InvalidContextError } from "@openfeature/server-sdk";
import type { UserRef } from "../user.ts";

/**
 * Whom a context is about: `targetingKey` is the user's id, `anonymousId` the device, and whatever else it holds are
 * traits that stand over the stored ones. Throws an InvalidContextError for an id that is no text.
 */
export function readContext({ targetingKey, anonymousId, ...traits }: EvaluationContext): UserRef {
  return {
    userId: readId("targetingKey", targetingKey),
    anonymousId: readId("anonymousId", anonymousId),
    traits,
  };
}

function readId(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new InvalidContextError(`${name} is an id as text, not a ${typeof value}`);
}
