/** Publishable keys are public, and no cookie is ever read: pages of any origin may call what browsers need. */
export const CORS: readonly (readonly [name: string, value: string])[] = [
  ["access-control-allow-origin", "*"],
  ["access-control-expose-headers", "etag, retry-after"],
];

/** Answers what a browser asks before the request itself. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...Object.fromEntries(CORS),
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers":
        "authorization, content-type, if-none-match, x-api-key, muster-identity",
      "access-control-max-age": "86400",
    },
  });
}
