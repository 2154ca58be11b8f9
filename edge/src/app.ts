import { Hono } from "hono";
import { z } from "zod";
import { busy, isTransient } from "./db/conflict.ts";
import { DefinitionsCache } from "./definitions/definitions.ts";
import type { Env } from "./env.ts";
import { CORS, preflight } from "./http/cors.ts";
import type { Call } from "./http/route.ts";
import { Problem } from "./problem.ts";
import { ROUTES } from "./routes/index.ts";
import { type Runtime, systemRuntime } from "./runtime.ts";

// Workers run no code made of text; without this zod would try, once.
z.config({ jitless: true });

/** The edge's HTTP interface. What it has linked of a database's definitions it keeps in `cache`. */
export function createApp(
  runtime: Runtime = systemRuntime,
  cache = new DefinitionsCache(),
): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  const methods = new Map<string, string[]>();
  for (const route of ROUTES) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, route.rest === true ? ":$1{.*}" : ":$1");
    const method = route.method.toUpperCase();
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, async (context) => {
      const { req, env, executionCtx } = context;
      const call: Call = {
        request: req.raw,
        url: new URL(req.url),
        env,
        edge: { db: env.DB, runtime, cache },
        param: (name) => req.param(name) ?? "",
        // What fails after the answer is left to the cron.
        defer: (work) => executionCtx.waitUntil(work.catch(console.error)),
      };
      const response = await route.run(call).catch((error: unknown) => {
        const problem = toProblem(error);
        return route.failure?.answer(problem, call) ?? problem.toResponse();
      });
      if (route.cors === true) for (const [name, value] of CORS) response.headers.set(name, value);
      return response;
    });
    if (route.cors === true) app.options(path, preflight);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (context) => {
      const allow = allowed.includes("GET") ? [...allowed, "HEAD"].join(", ") : allowed.join(", ");
      const detail = `${context.req.method} is not among ${allow}.`;
      return new Problem("method-not-allowed", detail, { headers: { allow } }).toResponse();
    });
  }
  app.notFound(() => new Problem("not-found", "The paths are listed at /openapi.json.").toResponse());
  app.onError((error) => toProblem(error).toResponse());
  return app;
}

/** What is answered to what went wrong; what nobody foresaw is logged. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  if (isTransient(error)) return busy();
  return new Problem("internal", "Nothing was changed. The log of the Worker says more.");
}
