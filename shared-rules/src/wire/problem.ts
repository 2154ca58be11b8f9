import { z } from "zod";

/** An error answer of the edge: a problem document (RFC 9457), sent as `application/problem+json`. */
export const problemDocument = z.object({
  type: z.string().describe("urn:muster:problem:<code>"),
  title: z.string(),
  status: z.int(),
  /** A stable, machine-readable name of the problem. */
  code: z.string(),
  /** What is wrong and what would be right, for a person. */
  detail: z.string(),
  /** A JSON Pointer to the bad part of the request's body, or the name of the bad parameter. */
  path: z.string().optional(),
  /** What a parser says is wrong with that part: `unknown-key`, `limit-levels`, … */
  reason: z.string().optional(),
});
export type ProblemDocument = z.infer<typeof problemDocument>;
