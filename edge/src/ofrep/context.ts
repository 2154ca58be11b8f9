import { LIMITS } from "@muster/rules";
import { values } from "@muster/rules/wire";
import { z } from "zod";
import type { Ids } from "../profiles/scope.ts";

/** An id; the empty text stands for none, as it does in OpenFeature's clients. */
const id = z.string().max(LIMITS.name).nullish();

/** Of whom an evaluation is; OpenFeature's own name for a user's id is `targetingKey`. */
const context = values
  .meta({
    type: "object",
    properties: { targetingKey: { type: "string" }, anonymousId: { type: "string" } },
    propertyNames: { maxLength: LIMITS.name },
  })
  .superRefine((given, { addIssue }) => {
    for (const name of ["targetingKey", "anonymousId"]) {
      const message = `an id is a text of at most ${LIMITS.name} characters`;
      if (!id.safeParse(given[name]).success) addIssue({ code: "custom", message, path: [name] });
    }
  });

/** The body of both evaluations; what else stands in it is for others. */
export const evaluationRequest = z.object({ context });

/** Ids of the user and the device, and what stands over the user's traits. */
export function readContext({ context }: z.infer<typeof evaluationRequest>): {
  ids: Ids;
  traits: { readonly [name: string]: unknown };
} {
  const { targetingKey, anonymousId, ...traits } = context;
  return { ids: { userId: idOf(targetingKey), anonymousId: idOf(anonymousId) }, traits };
}

function idOf(given: unknown): string | null {
  return typeof given === "string" && given !== "" ? given : null;
}
