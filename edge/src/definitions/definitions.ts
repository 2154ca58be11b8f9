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
  readsBySegment,
} from "@muster/rules";
import { compileDecisions, type DecisionDefinitions, type DecisionTable } from "@muster/rules/decisions";
import { firstSegments, layoutOf } from "@muster/rules/state";
import { encodeText } from "../db/text.ts";
import { sha256, toHex } from "../sha256.ts";
import { documentOf, openPartOf } from "./decisions.ts";
import type { DefinitionRows, SegmentRow } from "./rows.ts";

/** Why a segment's answer is not computed from its rule: it is a list, or it is frozen as it was. */
type Source = "list" | "frozen";

/** Definitions as they are shipped. */
export interface Shipped {
  /** The segments of people, and those that decisions became. */
  program: Program;
  plan: Plan;
  /** Flags, experiments and campaigns. */
  table: DecisionTable;
  /** A hash of program and table: the same definitions have the same version everywhere. */
  version: string;
  reads: Reads;
}

/** All definitions of the workspace at one of its versions, ready to decide. */
export interface Definitions {
  version: number;
  /** The version since which no membership can have changed by definitions. */
  membershipVersion: number;
  /** The segments of people: their memberships are stored. Others, whose keys begin with `$`, are answered when asked. */
  visible: readonly string[];
  /** Answers for these. */
  plan: Plan;
  /** Those whose questions a user's state answers. */
  plans: readonly Plan[];
  /** Names the series that such a state keeps. */
  layout: string;
  /** Segments whose answers the edge brings itself, and where it takes them from. */
  sources: ReadonlyMap<string, Source>;
  /** The names of the events that decide anything, as JSON for SQL; null: any event may. */
  eventNames: string | null;
  /** For servers, and decides at the edge: every rule but lists and paused segments. */
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
  const visible = live.map(({ key }) => key);
  const computed: Record<string, Operand | string> = JSON.parse(workspace.computed);

  const document = documentOf(rows);
  const decisions = compileDecisions(document, versionsOf(live));
  // After those of people, which none of them refers to.
  Object.assign(segments, decisions.segments);
  const ruleset: Ruleset = { zone: workspace.zone, segments, computed };

  const sources = new Map<string, Source>();
  for (const { key, type, status } of live) {
    if (type === "static") sources.set(key, "list");
    else if (status === "paused") sources.set(key, "frozen");
  }
  const server = await ship(link(ruleset, { given: sources.keys() }), decisions.table);
  const browser = await shipToBrowsers(rows, document, ruleset, server, sources);
  const plan = planOf(server, visible.length);
  const plans = [...new Set([plan, server.plan, browser.plan])];
  return {
    version: workspace.version,
    membershipVersion: workspace.membership_version,
    visible,
    plan,
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

/** The plan of the segments of people, which come first. */
function planOf({ plan, program }: Shipped, count: number): Plan {
  if (program.segments.length === count) return plan;
  return load(firstSegments(program, count), ALL_FEATURES);
}

/** Definitions without private ones, and with answers in the place of rules that law 7 keeps at the edge. */
async function shipToBrowsers(
  rows: DefinitionRows,
  document: DecisionDefinitions,
  { segments, ...settings }: Ruleset,
  server: Shipped,
  sources: ReadonlyMap<string, Source>,
): Promise<Shipped> {
  const [workspace] = rows.workspace;
  const personal: string[] = JSON.parse(workspace?.personal_traits ?? "[]");
  const secret = new Set(rows.segments.filter((row) => row.private !== 0).map(({ key }) => key));
  const told = rows.segments.filter(({ key }) => !secret.has(key));
  const decisions = compileDecisions(openPartOf(document, rows), versionsOf(told));
  const open = Object.fromEntries(
    Object.entries(segments).filter(
      ([key]) => !key.startsWith("$") || Object.hasOwn(decisions.segments, key),
    ),
  );
  const ruleset: Ruleset = { ...settings, segments: open };
  // Without its definition a computed trait is read by its name, as a stored one is.
  const unmarked = Object.fromEntries(
    Object.entries(settings.computed ?? {}).filter(([name]) => !personal.includes(name)),
  );
  const byName = link({ ...ruleset, computed: unmarked }, { given: sources.keys() });
  // Those that decisions became do not even tell that they ask for a private segment.
  const tells = (key: string, { traits, segments: named }: Reads) =>
    personal.some((trait) => traits.has(trait)) ||
    (key.startsWith("$") && [...named].some((segment) => secret.has(segment)));
  const kept = Array.from(readsBySegment(byName)).flatMap(([key, its]) =>
    secret.has(key) || key.startsWith("$override/") || tells(key, its) ? [key] : [],
  );
  const shipped = await ship(link(ruleset, { given: [...sources.keys(), ...kept] }), decisions.table);
  return shipped.version === server.version ? server : shipped;
}

function versionsOf(rows: readonly SegmentRow[]): Map<string, number> {
  return new Map(rows.map(({ key, version }) => [key, version]));
}

/** The rule of a segment that is not a list; it was parsed when it was saved. */
function ruleOf(row: SegmentRow): Rule {
  if (row.type === "everyone" || row.rule === null) return { all: [] };
  return JSON.parse(row.rule);
}

async function ship(program: Program, table: DecisionTable): Promise<Shipped> {
  const version = toHex(await sha256(JSON.stringify([program, table]))).slice(0, 32);
  return { program, plan: load(program, ALL_FEATURES), table, version, reads: reads(program) };
}
