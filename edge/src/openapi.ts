import { IDENTITY_HEADER, operation, problemDocument, unjudgedOperation } from "@muster/rules/wire";
import { z } from "zod";
import type { Route } from "./http/route.ts";
import { PROBLEM_CODES } from "./problem.ts";

const VERSION = "1";

type Json = { [name: string]: unknown };

/** The OpenAPI 3.1 document of these routes, out of the schemas that check their requests. */
export function documentOf(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster edge",
      version: VERSION,
      description: "Decides who is in which segment. Errors are problem documents (RFC 9457).",
    },
    paths,
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "mst_pub_…, mst_sec_… or mst_adm_…" },
      },
      schemas: { Problem: schemaOf(problemDocument, "output"), Operation: schemaOf(operation, "input") },
      responses: {
        Problem: {
          description: "Why it was not done",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function operationOf(route: Route): Json {
  const { method, path, summary, kinds, body, query, answer, failure } = route;
  const { etag = false, ifMatch = false, identity = false } = route;
  const problem =
    failure === undefined
      ? PROBLEM
      : { description: "Why it was not done", content: contentOf(failure.schema, "output") };
  return {
    operationId: `${method}${path.replaceAll(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, "")}`,
    summary,
    ...(kinds.length === 0
      ? {}
      : { description: `Needs a key of kind ${kinds.join(" or ")}.`, security: [{ key: [] }] }),
    parameters: [
      ...pathParameters(path),
      ...queryParameters(query),
      ...(etag ? [IF_NONE_MATCH] : []),
      ...(ifMatch ? [IF_MATCH] : []),
      ...(identity ? [IDENTITY] : []),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body, "input") } }),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(etag ? { headers: { ETag: { schema: { type: "string" } } } } : {}),
        ...(answer.schema === undefined ? {} : { content: contentOf(answer.schema, "output") }),
        ...(answer.type === undefined ? {} : { content: { [answer.type]: { schema: { type: "string" } } } }),
      },
      ...(etag ? { 304: { description: "It is the one that If-None-Match names" } } : {}),
      ...Object.fromEntries(problemStatuses(route).map((status) => [status, problem])),
      default: problem,
    },
  };
}

const PROBLEM = { $ref: "#/components/responses/Problem" };
const IF_NONE_MATCH = { name: "If-None-Match", in: "header", required: false, schema: { type: "string" } };
const IF_MATCH = { ...IF_NONE_MATCH, name: "If-Match" };
const IDENTITY = { ...IF_NONE_MATCH, name: IDENTITY_HEADER };

/** The statuses of problems that follow from a route's form; what it does may have more of them. */
function problemStatuses({ kinds, path, query, body, ifMatch = false, failure }: Route): number[] {
  if (failure !== undefined) return [400, 401, 403, ...(path.includes("{") ? [404] : []), 429];
  return [
    ...(query !== undefined || body !== undefined ? [400] : []),
    ...(kinds.length > 0 ? [401, 403] : []),
    ...(path.includes("{") ? [404] : []),
    ...(ifMatch ? [412] : []),
    ...(body === undefined ? [] : [413, 415, 422]),
  ];
}

function pathParameters(path: string): Json[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: schemaOf(schema, "input"),
  }));
}

function contentOf(schema: z.ZodType, io: "input" | "output"): Json {
  return { "application/json": { schema: schemaOf(schema, io) } };
}

function schemaOf(schema: z.core.$ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === unjudgedOperation) jsonSchema.$ref = "#/components/schemas/Operation";
      if (zodSchema === problemDocument.shape.code) jsonSchema.enum = [...PROBLEM_CODES];
    },
  });
  return json;
}
