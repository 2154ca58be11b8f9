import { z } from "zod";
import type { Route } from "../http/route.ts";
import type { ProblemCode } from "../problem.ts";

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

const schema = z.object({ key: z.string().optional(), errorCode: z.string(), errorDetails: z.string() });

/**
 * Says problems as OFREP does. A client reads the code of a 400, a 404 or a 500 only, and of a single flag only where
 * its key is there too: so whatever is wrong with a body is a 400.
 */
export const failure: NonNullable<Route["failure"]> = {
  schema,
  answer(problem, { param }) {
    const errorCode = CODES.get(problem.code) ?? "GENERAL";
    const status = errorCode === "PARSE_ERROR" || errorCode === "INVALID_CONTEXT" ? 400 : problem.status;
    const { path, headers } = problem.details;
    const key = param("key");
    const errorDetails = path === undefined ? problem.message : `${path}: ${problem.message}`;
    const body: z.infer<typeof schema> = { ...(key !== "" && { key }), errorCode, errorDetails };
    return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
  },
};
