import { createApp } from "../src/app.ts";
import { DefinitionsCache } from "../src/definitions/definitions.ts";
import type { Env } from "../src/env.ts";
import { refreshPopulation } from "../src/memberships/refresh.ts";
import { systemRuntime } from "../src/runtime.ts";

interface DevEnv extends Env {
  CONTROL_TOKEN: string;
  CF: Record<string, string>;
}

export { Changes } from "../src/changes/changes.ts";

let offset = 0;
const runtime = { ...systemRuntime, now: () => Date.now() + offset };
const cache = new DefinitionsCache();
const app = createApp(runtime, cache);

/** The Worker as it is deployed, with a clock that can be moved and a visitor's place that can be chosen. */
export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (request.headers.get("x-control-token") === env.CONTROL_TOKEN) {
      if (pathname === "/__dev/clock") offset = Number(await request.text());
      if (pathname === "/__dev/scheduled") await refreshPopulation({ db: env.DB, runtime, cache });
      return new Response(null, { status: 204 });
    }
    return app.fetch(new Request(request, { cf: env.CF }), env, context);
  },
} satisfies ExportedHandler<DevEnv>;
