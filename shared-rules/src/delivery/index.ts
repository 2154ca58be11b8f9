/** How an SDK brings operations to the edge: ids, and how long to wait between attempts. */
export { type BackoffBounds, backoff } from "./backoff.ts";
export { createIds } from "./ids.ts";
export { readRetryAfter } from "./retry-after.ts";
