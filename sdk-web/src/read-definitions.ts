import type { Loaded } from "./definitions.ts";
import type { Definitions } from "./records.ts";

/** Fetches what reads definitions: a page that has none yet does not need it. */
export const fetchReader = () => import("./definitions.ts");

/** Makes a plan; rejects where the definitions cannot be read or a part of the engine cannot be fetched. */
export async function readDefinitions(definitions: Definitions): Promise<Loaded> {
  const { loadDefinitions } = await fetchReader();
  return loadDefinitions(definitions);
}
