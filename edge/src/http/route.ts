import type { KeyKind } from "@muster/rules/wire";
import type { z } from "zod";
import type { Edge } from "../edge.ts";
import type { Env } from "../env.ts";
import { admit, type Bearer, type KeyRow, readBearer, selectKey } from "../keys/bearer.ts";
import type { Problem } from "../problem.ts";
import { checkBody } from "./check.ts";
import { type BodyLimits, readJson } from "./read-json.ts";

/** A request on its way to its route. */
export interface Call {
  request: Request;
  url: URL;
  env: Env;
  edge: Edge;
  /** A part of the path by its name. */
  param(name: string): string;
  /** Lets work go on after the answer has been sent. */
  defer(work: Promise<unknown>): void;
}

/** A route as data: what serves it, what checks it and what documents it. */
export interface Route {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** As OpenAPI writes it: `/v1/segments/{key}`. */
  path: string;
  summary: string;
  /** The kinds of key that may call it; none: open to anyone. */
  kinds: readonly KeyKind[];
  /** Pages of any origin may call it. */
  cors?: boolean;
  /** Who its user is may have to be shown by a token. */
  identity?: boolean;
  /** The last part of the path goes on to its end, slashes and all. */
  rest?: boolean;
  body?: z.ZodType;
  /** How large the body may be; left out, `LIMITS.body` and `LIMITS.depth`. */
  bodyLimits?: BodyLimits;
  query?: z.ZodObject;
  /** The answer has an ETag, and If-None-Match is listened to. */
  etag?: boolean;
  /** If-Match with a version is listened to. */
  ifMatch?: boolean;
  /** The answer when all is well. */
  answer: { status: number; description: string; schema?: z.ZodType; type?: "text/event-stream" };
  /** How problems are said; left out, as problem documents. */
  failure?: { schema: z.ZodType; answer(problem: Problem, call: Call): Response };
  run(call: Call): Promise<Response>;
}

export type Info = Omit<Route, "run">;

/** A route that needs a key of these kinds, which is looked up before anything else is read. */
export function guarded(info: Info, handle: (call: Call) => Promise<Response>): Route {
  return {
    ...info,
    async run(call) {
      await authorize(call.env, await readBearer(call.request, call.env), info.kinds);
      return handle(call);
    },
  };
}

/** The same with a body, of which the handler gets what its schema makes. */
export function guardedBody<Body extends z.ZodType>(
  info: Info & { body: Body },
  handle: (call: Call, body: z.output<Body>) => Promise<Response>,
): Route {
  return guarded(info, async (call) =>
    handle(call, checkBody(info.body, await readJson(call.request, info.bodyLimits))),
  );
}

/**
 * A route whose handler reads the key in its own batch and admits it there, which saves one. A body that is
 * refused is still reported only to those who have a key.
 */
export function selfGuarded<Body extends z.ZodType>(
  info: Info & { body: Body },
  handle: (call: Call, body: z.output<Body>, bearer: Bearer) => Promise<Response>,
): Route {
  return {
    ...info,
    async run(call) {
      const bearer = await readBearer(call.request, call.env);
      let body: z.output<Body>;
      try {
        body = checkBody(info.body, await readJson(call.request));
      } catch (problem) {
        await authorize(call.env, bearer, info.kinds);
        throw problem;
      }
      return handle(call, body, bearer);
    },
  };
}

/** Looks a key up; answers its kind. Throws a Problem where it is not one of `kinds`. */
export async function authorize(env: Env, bearer: Bearer, kinds: readonly KeyKind[]): Promise<KeyKind> {
  const row = bearer.isRoot ? null : await selectKey(env.DB, bearer).first<KeyRow>();
  return admit(bearer, row ?? undefined, kinds);
}

/** An answer about someone or something that may change at once. */
export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}
