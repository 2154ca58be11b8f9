import type { DefinitionsCache } from "./definitions/definitions.ts";
import type { Runtime } from "./runtime.ts";

/** An edge at work: what it keeps, its time and chance, and the definitions that it has linked last. */
export interface Edge {
  db: D1Database;
  runtime: Runtime;
  cache: DefinitionsCache;
}
