import { z } from "zod";
import { chooseHub, versionsOf } from "../changes/hubs.ts";
import type { Beginning } from "../changes/news.ts";
import { currentDefinitions } from "../definitions/current.ts";
import { checkQuery } from "../http/check.ts";
import { authorize, type Info, type Route } from "../http/route.ts";
import { bearerOf, readBearer } from "../keys/bearer.ts";
import { Problem } from "../problem.ts";

const query = z.strictObject({
  key: z.string().optional().describe("A publishable key, from where no header can be sent"),
  for: z.enum(["ofrep"]).optional().describe("Events as OFREP has them: refetchEvaluation"),
});

const info: Info = {
  method: "get",
  path: "/v1/changes",
  summary: "Listen for changes of definitions, as server-sent events",
  kinds: ["publishable", "secret", "admin"],
  cors: true,
  query,
  answer: {
    status: 200,
    description: "An event `ruleset` now and after each change, with what the kind of key may see",
    type: "text/event-stream",
  },
};

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  // nginx and those like it would wait for more.
  "x-accel-buffering": "no",
};

/** For browsers and servers: what changes, as it does. */
export const changes: Route = {
  ...info,
  async run({ request, url, env, edge }) {
    const { key, for: reader } = checkQuery(query, url);
    const bearer = key === undefined ? await readBearer(request, env) : await bearerOf(key, env);
    // An address lands in logs, so that no key may stand there which is a secret.
    const kind = await authorize(env, bearer, key === undefined ? info.kinds : ["publishable"]);
    const hub = chooseHub(env, edge.runtime);
    if (hub === undefined)
      throw new Problem("not-found", "This edge pushes nothing: ask again now and then.");
    const beginning: Beginning = {
      subscription: {
        audience: kind === "publishable" ? "browser" : "server",
        form: reader ?? "muster",
        key: bearer.isRoot ? null : bearer.hash,
        last: request.headers.get("last-event-id"),
      },
      found: versionsOf(await currentDefinitions(edge)),
    };
    const { status, body } = await hub.fetch("https://changes/", {
      method: "POST",
      body: JSON.stringify(beginning),
    });
    if (status !== 200) {
      throw new Problem("busy", "As many listen already as can. Ask again now and then.", {
        headers: { "retry-after": "60" },
      });
    }
    return new Response(body, { headers: HEADERS });
  },
};
