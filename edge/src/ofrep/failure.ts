import { z } from "zod";
import type { Route } from "../http/route.ts";
import type { Problem, ProblemCode } from "../problem.ts";

type ErrorCode = "PARSE_ERROR" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";

/** The problems for which OpenFeature has a word. */
const CODES: ReadonlyMap<ProblemCode, ErrorCode> = new Map([
  ["malformed-json", "PARSE_ERROR"],
  ["encoded-body", "PARSE_ERROR"],
  ["body-too-large", "INVALID_CONTEXT"],
  ["too-deep", "INVALID_CONTEXT"],
  ["invalid-body", "INVALID_CONTEXT"],
  ["flag-not-found", "FLAG_NOT_FOUND"],
]);

type Failure = NonNullable<Route["failure"]>;

const evaluations = z.object({ errorCode: z.string(), errorDetails: z.string() });
const evaluation = evaluations.extend({ key: z.string() });

/** Says problems as OFREP does. A client reads the code of a 400, a 404 or a 500 only: so whatever is wrong with a body is a 400. */
function say(problem: Problem, more: { key?: string }): Response {
  // Of a key that may not ask nobody reads more than the status.
  if (problem.status === 401 || problem.status === 403) return problem.toResponse();
  const errorCode = CODES.get(problem.code) ?? "GENERAL";
  const status = errorCode === "PARSE_ERROR" || errorCode === "INVALID_CONTEXT" ? 400 : problem.status;
  const { path, headers } = problem.details;
  const errorDetails = path === undefined || path === "" ? problem.message : `${path}: ${problem.message}`;
  const body: z.infer<typeof evaluations> = { ...more, errorCode, errorDetails };
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** Of all flags. */
export const failureOfAll: Failure = { schema: evaluations, answer: (problem) => say(problem, {}) };

/** Of one flag, which a client believes only where its key is there. */
export const failureOfOne: Failure = {
  schema: evaluation,
  answer: (problem, { param }) => say(problem, { key: param("key") }),
};
