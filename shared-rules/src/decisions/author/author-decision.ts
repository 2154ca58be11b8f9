import { LIMITS } from "../../limits.ts";
import { allowOnly, type Fields, readFields, readText, requireKey } from "../../parse/fields.ts";
import { attempt, type Parsed, quote, refuse } from "../../parse/problem.ts";
import type { DecisionDefinitions, Experiment } from "../definitions.ts";
import { readBoolean } from "../parse/read.ts";
import { authorExperiment } from "./author-experiment.ts";
import { authorFlag } from "./author-flag.ts";
import { placesOfPercent } from "./shares.ts";
import type { AboutDecision, DecisionKind } from "./written.ts";

/** The part of a document in which definitions of a kind stand. */
export const PARTS = {
  flag: "flags",
  experiment: "experiments",
  campaign: "campaigns",
  group: "groups",
  holdout: "holdouts",
} as const satisfies Record<DecisionKind, keyof DecisionDefinitions>;

/** What a person's definition comes to. */
export interface Authored {
  about: AboutDecision;
  /** Its part of a document; `parseDecisions` is to check it with all others. */
  document: unknown;
}

export interface AuthorContext {
  /** All definitions as they are; one that is written again keeps its salts, and its places as far as it may. */
  before: DecisionDefinitions;
  now: number;
  /** A new salt, which nobody can guess to be another's. */
  makeSalt(): string;
  /** An experiment begins a new iteration. */
  iterate?: boolean;
}

const ABOUT = ["name", "description", "private"] as const;

/** Reads what is said about a definition; of a group or a holdout none is private. */
function readAbout(fields: Fields, kind: DecisionKind): AboutDecision {
  const about: AboutDecision = {};
  for (const key of ["name", "description"] as const) {
    if (!fields.has(key)) continue;
    const text = readText(fields.get(key), `/${key}`);
    if (text.length > LIMITS.text)
      refuse(`/${key}`, "limit-text", `at most ${LIMITS.text} characters stand here`);
    about[key] = text;
  }
  if (fields.has("private")) {
    if (kind === "group" || kind === "holdout")
      refuse("/private", "unknown-key", `${quote("private")} is not known here: no browser gets a ${kind}`);
    about.private = readBoolean(fields.get("private"), "/private");
  }
  return about;
}

function ownOf<Part>(part: { readonly [key: string]: Part } | undefined, key: string): Part | undefined {
  return part && Object.hasOwn(part, key) ? part[key] : undefined;
}

/** The places that experiments other than this one have in a group. */
function placesTaken(experiments: { readonly [key: string]: Experiment } = {}, own: string, group: unknown) {
  return Object.entries(experiments).flatMap(([key, one]) =>
    key !== own && one.group?.key === group ? (one.group?.places ?? []) : [],
  );
}

/**
 * Turns what a person wrote into a document. Problems' paths are those of what was written. What is the same in both
 * is left to `parseDecisions`.
 */
export function authorDecision(
  kind: DecisionKind,
  key: string,
  json: unknown,
  { before, now, makeSalt, iterate = false }: AuthorContext,
): Parsed<Authored> {
  return attempt(() => {
    const all = readFields(json, "", `a definition of a ${kind}`);
    const about = readAbout(all, kind);
    const fields: Fields = new Map([...all].filter(([name]) => !ABOUT.some((one) => one === name)));
    const author = (): unknown => {
      switch (kind) {
        case "flag":
          return authorFlag(fields, ownOf(before.flags, key), now, makeSalt);
        case "experiment": {
          const taken = (group: unknown) => placesTaken(before.experiments, key, group);
          return authorExperiment(fields, ownOf(before.experiments, key), taken, iterate, makeSalt);
        }
        case "campaign":
          return Object.fromEntries(fields);
        case "group":
          allowOnly(fields, "", ABOUT);
          return { salt: ownOf(before.groups, key)?.salt ?? makeSalt() };
        case "holdout": {
          allowOnly(fields, "", ["share", ...ABOUT]);
          const old = ownOf(before.holdouts, key);
          const places = placesOfPercent(requireKey(fields, "", "share"), "/share", old?.places ?? []);
          return { salt: old?.salt ?? makeSalt(), places };
        }
      }
    };
    return { about, document: author() };
  });
}

/** Where what stands at a path of a document stands in what a person writes. */
export function writtenPath(kind: DecisionKind, path: string): string {
  switch (kind) {
    case "flag":
      return path.replace(/(\/rules\/\d+\/rollout)\/places/, "$1/weights");
    case "experiment":
      return path
        .replace(/^\/arms/, "/weights")
        .replace(/^\/allocation.*/, "/allocation")
        .replace(/^\/group\/places.*/, "/group/share");
    case "holdout":
      return path.replace(/^\/places.*/, "/share");
    default:
      return path;
  }
}
