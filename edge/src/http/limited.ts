import { readBearer } from "../keys/bearer.ts";
import { Problem } from "../problem.ts";
import type { Route } from "./route.ts";

/** Seconds. A limiter does not say when it will take more; asking too early costs nothing but another refusal. */
const RETRY_AFTER = 10;

/**
 * A route that each caller may ask so often only as RATE_LIMIT says, where it is bound: before anything is read. A
 * caller is a key at an address, so that of all the visitors who share a publishable key none is in another's way.
 */
export function limited(route: Route): Route {
  return {
    ...route,
    async run(call) {
      const { request, env } = call;
      if (env.RATE_LIMIT !== undefined) {
        const { hash } = await readBearer(request, env);
        const address = request.headers.get("cf-connecting-ip") ?? "";
        const { success } = await env.RATE_LIMIT.limit({ key: `${hash} ${address}` });
        if (!success) {
          throw new Problem("too-many-requests", "Send it again later.", {
            headers: { "retry-after": String(RETRY_AFTER) },
          });
        }
      }
      return route.run(call);
    },
  };
}
