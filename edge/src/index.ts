import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { refreshPopulation } from "./memberships/refresh.ts";

const app = createApp(Date.now);

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  scheduled: (_controller, env, context) => {
    context.waitUntil(refreshPopulation(env.DB, Date.now));
  },
} satisfies ExportedHandler<Env>;
