import type { Operand, Rule, Ruleset, TraitWrite, UserEvent } from "@muster/rules";
import type { FlagValue, Moment, Overrides } from "@muster/rules/decide";
import type { DecisionDefinitions } from "@muster/rules/decisions";

/** The cases of a folder of vectors as they stand in its files; test/vectors/README.md says what they mean. */

/** A file of cases, one JSON document a line. */
export interface VectorFile {
  name: string;
  text: string;
}

export interface Expected {
  member: boolean;
  /** Undefined where the case does not say. */
  until?: number | null;
  exact?: boolean;
}

export interface Person {
  id?: string | null;
  anonymousId?: string | null;
  traits?: { readonly [name: string]: unknown };
  events?: readonly UserEvent[];
}

type Definitions = Pick<Ruleset, "zone" | "computed"> & { id: string };

/** One rule for one user. */
export type DecisionCase = Definitions &
  Expected & { rule: Rule; segments?: Ruleset["segments"]; now: number; user: Person };

/** One rule for several users. */
export type CatalogCase = Definitions & {
  rule: Rule;
  segments?: Ruleset["segments"];
  users: readonly (Expected & { user: Person; now: number })[];
};

export interface Check {
  now: number;
  expect: { readonly [key: string]: boolean };
  until?: { readonly [key: string]: number | null };
}

/** What happens to one user, in order of arrival. */
export type StreamCase = Definitions & {
  segments: Ruleset["segments"];
  user: Person;
  ops: readonly ({ event: UserEvent } | TraitWrite | Check)[];
};

/** A document that must be refused or accepted. */
export type DocumentCase = {
  id: string;
  refused: boolean;
  path?: string | null;
  also?: readonly string[];
  limit?: string;
} & (
  | { rule: unknown; key?: string; segments?: Ruleset["segments"] }
  | { computed: { readonly [name: string]: Operand | string } }
);

/** Definitions of flags, experiments and campaigns that the cases after it name, with the segments that those name. */
export interface DefinitionsLine {
  id: string;
  zone: string;
  segments: Ruleset["segments"];
  definitions: DecisionDefinitions;
}

/** A flag or a placement for one user. */
export interface AskedCase {
  id: string;
  /** The id of the definitions. */
  with: string;
  user: Person;
  now: number;
  ask: { flag: string; default?: FlagValue | null } | ({ placement: string } & Moment);
  overrides?: Overrides;
  exposed?: { readonly [id: string]: string };
  ready?: boolean;
  expect: { readonly [key: string]: unknown };
  until: number | null;
  exposure?: string;
}

export type Case = DecisionCase | CatalogCase | StreamCase | DocumentCase | DefinitionsLine | AskedCase;

/** What has been found of one case: nothing where it is as it should be. */
export interface Verdict {
  file: string;
  id: string;
  faults: string[];
}

export function readCases(file: VectorFile): Case[] {
  return file.text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): Case => JSON.parse(line));
}
