import { createApp } from "./app.ts";
import { DefinitionsCache } from "./definitions/definitions.ts";
import type { Env } from "./env.ts";
import { refreshPopulation } from "./memberships/refresh.ts";
import { systemRuntime } from "./runtime.ts";

const cache = new DefinitionsCache();
const app = createApp(systemRuntime, cache);

export { Changes } from "./changes/changes.ts";

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  scheduled: (_controller, env, context) => {
    context.waitUntil(refreshPopulation({ db: env.DB, runtime: systemRuntime, cache }));
  },
} satisfies ExportedHandler<Env>;
