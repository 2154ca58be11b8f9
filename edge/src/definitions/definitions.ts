import {
  ALL_FEATURES,
  link,
  load,
  type Operand,
  type Plan,
  type Program,
  type Reads,
  type Rule,
  type Ruleset,
  reads,
} from "@muster/rules";
import { layoutOf } from "@muster/rules/state";
import { encodeText } from "../db/text.ts";
import { sha256, toHex } from "../sha256.ts";
import type { DefinitionRows, SegmentRow } from "./rows.ts";

/** Why a segment's answer is not computed from its rule: it is a list, or it is frozen as it was. */
type Source = "list" | "frozen";

/** Definitions as they are shipped. */
interface Shipped {
  program: Program;
  plan: Plan;
  /** A hash of the program: the same definitions have the same version everywhere. */
  version: string;
  reads: Reads;
}

/** All definitions of the workspace at one of its versions, ready to decide. */
export interface Definitions {
  version: number;
  /** Decides at the edge: the servers' plan. */
  plan: Plan;
  /** Those whose questions a user's state answers: the edge's and the browser's. */
  plans: readonly Plan[];
  /** Names the series that such a state keeps. */
  layout: string;
  /** Segments whose answers the edge brings itself, and where it takes them from. */
  sources: ReadonlyMap<string, Source>;
  /** The names of the events that decide anything, as JSON for SQL; null: any event may. */
  eventNames: string | null;
  /** For servers: every rule but lists and paused segments. */
  server: Shipped;
  /** For browsers: without what law 7 keeps at the edge. */
  browser: Shipped;
}

/** The definitions that an edge has linked last, so that it links them once for each of their versions. */
export class DefinitionsCache {
  latest: Definitions | null = null;

  /** Links definitions; a test may know them already. */
  link(rows: DefinitionRows): Promise<Definitions> {
    return buildDefinitions(rows);
  }
}

/** Links the definitions for the edge and servers, and for browsers. Drafts and archived segments are in neither. */
async function buildDefinitions(rows: DefinitionRows): Promise<Definitions> {
  const [workspace] = rows.workspace;
  if (workspace === undefined) throw new Error("the database was not migrated: it has no workspace");
  const live = rows.segments.filter((row) => row.status === "active" || row.status === "paused");
  const segments: Record<string, Ruleset["segments"][string]> = Object.create(null);
  for (const row of live) {
    segments[row.key] = row.type === "static" ? { members: [] } : { rule: ruleOf(row) };
  }
  const computed: Record<string, Operand | string> = JSON.parse(workspace.computed);
  const ruleset: Ruleset = { zone: workspace.zone, segments, computed };

  const sources = new Map<string, Source>();
  for (const { key, type, status } of live) {
    if (type === "static") sources.set(key, "list");
    else if (status === "paused") sources.set(key, "frozen");
  }
  const server = await ship(link(ruleset, { given: sources.keys() }));
  const personal: string[] = JSON.parse(workspace.personal_traits);
  // Without its definition a computed trait is read by its name, as a stored one is.
  const unmarked = Object.fromEntries(Object.entries(computed).filter(([name]) => !personal.includes(name)));
  const byName = link({ ...ruleset, computed: unmarked }, { given: sources.keys() });
  const kept = live.filter((row) => row.private !== 0 || readsAny(byName, row.key, personal));
  const open = await ship(link(ruleset, { given: [...sources.keys(), ...kept.map((row) => row.key)] }));
  const browser = open.version === server.version ? server : open;
  const plans = [...new Set([server.plan, browser.plan])];
  return {
    version: workspace.version,
    plan: server.plan,
    plans,
    layout: layoutOf(plans),
    sources,
    eventNames: server.reads.events.has("*")
      ? null
      : JSON.stringify([...server.reads.events.keys()].map(encodeText)),
    server,
    browser,
  };
}

/** The rule of a segment that is not a list; it was parsed when it was saved. */
function ruleOf(row: SegmentRow): Rule {
  if (row.type === "everyone" || row.rule === null) return { all: [] };
  return JSON.parse(row.rule);
}

function readsAny(program: Program, key: string, traits: readonly string[]): boolean {
  const { traits: read } = reads(program, key);
  return traits.some((trait) => read.has(trait));
}

async function ship(program: Program): Promise<Shipped> {
  const version = toHex(await sha256(JSON.stringify(program))).slice(0, 32);
  return { program, plan: load(program, ALL_FEATURES), version, reads: reads(program) };
}
