import type { Edge } from "../edge.ts";
import type { Definitions } from "./definitions.ts";
import { readDefinitionRows } from "./rows.ts";

/** The definitions as they are now; linked anew only where the database has others than this edge linked last. */
export async function currentDefinitions(edge: Edge): Promise<Definitions> {
  const { db, cache } = edge;
  const version = await db.prepare("select version from workspace where id = 1").first<number>("version");
  return cache.latest?.version === version ? cache.latest : loadDefinitions(edge);
}

/** Reads and links the definitions, and keeps them for the requests that follow. */
export async function loadDefinitions({ db, cache }: Edge): Promise<Definitions> {
  const definitions = await cache.link(await readDefinitionRows(db));
  cache.latest = definitions;
  return definitions;
}
