/** How an SDK brings operations to the edge: ids, how long to wait between attempts, and when its own decisions count. */
export { asHappened } from "./as-happened.ts";
export { type BackoffBounds, backoff } from "./backoff.ts";
export { createIds } from "./ids.ts";
export { readRetryAfter } from "./retry-after.ts";
