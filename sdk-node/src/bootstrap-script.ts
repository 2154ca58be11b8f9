import type { Bootstrap } from "@muster/rules/wire";

const UNSAFE = /[<>&\u2028\u2029]/g;

/**
 * A bootstrap as text for `<script type="application/json">`: nothing in it can end the element or begin another,
 * whatever a user's traits and events hold, and `JSON.parse` gives the same again.
 */
export function bootstrapScript(bootstrap: Bootstrap): string {
  return JSON.stringify(bootstrap).replaceAll(
    UNSAFE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
