import type { Edge } from "../edge.ts";
import type { Definitions } from "./definitions.ts";
import { type DefinitionRows, selectDefinitions } from "./rows.ts";

/** The definitions as they are now; linked anew only where the database has others than this edge linked last. */
export async function currentDefinitions(edge: Edge): Promise<Definitions> {
  const { db, cache } = edge;
  const version = await db.prepare("select version from workspace where id = 1").first<number>("version");
  return cache.latest?.version === version ? cache.latest : loadDefinitions(edge);
}

/** Reads and links the definitions, and keeps them for the requests that follow. */
export async function loadDefinitions({ db, cache }: Edge): Promise<Definitions> {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [workspace, segments] = await db.batch<never>(selectDefinitions(db));
  const rows: DefinitionRows = { workspace: workspace?.results ?? [], segments: segments?.results ?? [] };
  const definitions = await cache.link(rows);
  cache.latest = definitions;
  return definitions;
}
