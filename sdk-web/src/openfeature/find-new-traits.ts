import type { EvaluationContext } from "@openfeature/web-sdk";
import type { Data } from "../operation.ts";

/** Who somebody is, not what they are like. */
const IDENTITY = ["targetingKey", "anonymousId"];

/** The values of a context that are to be traits and are not yet, as JSON has them. */
export function findNewTraits(context: EvaluationContext, known: Data, wanted?: readonly string[]): Data {
  const isNew = ([name, value]: [string, unknown]): boolean =>
    value !== undefined &&
    !IDENTITY.includes(name) &&
    (wanted?.includes(name) ?? true) &&
    textOf(value) !== textOf(Object.hasOwn(known, name) ? known[name] : null);
  return Object.fromEntries(Object.entries(context).filter(isNew));
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // The client refuses it, and says so.
  }
}
