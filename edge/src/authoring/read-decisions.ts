import { type DecisionKind, PARTS } from "@muster/rules/decisions";
import type { DecisionsDocument } from "@muster/rules/wire";
import { readStored } from "./stored.ts";

export const KINDS: readonly DecisionKind[] = ["flag", "experiment", "campaign", "group", "holdout"];

const ABOUT: ReadonlySet<string> = new Set(["name", "description", "private"]);

/** Of a definition's JSON what is said about it, and what decides. */
export function saidAndWritten(definition: string): { said: object; written: object } {
  const all = Object.entries(JSON.parse(definition));
  return {
    said: Object.fromEntries(all.filter(([key]) => ABOUT.has(key))),
    written: Object.fromEntries(all.filter(([key]) => !ABOUT.has(key))),
  };
}

/** All definitions as code, and the version that they have together. */
export async function readDecisions(db: D1Database): Promise<DecisionsDocument & { version: number }> {
  const stored = await readStored(db);
  const about = Object.fromEntries(
    KINDS.map((kind) => {
      const own = stored.live.filter((one) => one.kind === kind);
      const said = own.map((one) => [one.key, saidAndWritten(one.definition).said]);
      return [PARTS[kind], Object.fromEntries(said)];
    }),
  );
  return { document: stored.documentWith(), about, version: stored.version };
}
