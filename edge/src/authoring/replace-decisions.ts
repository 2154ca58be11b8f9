import type { Problem as RuleProblem } from "@muster/rules";
import { type DecisionDefinitions, describeDecision, findUnsafeChange, PARTS } from "@muster/rules/decisions";
import type { DecisionsChange, DecisionsDocument } from "@muster/rules/wire";
import { changeDefinitions } from "../definitions/change.ts";
import type { Call } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { checkDocument } from "./check-document.ts";
import { checkSizes } from "./check-sizes.ts";
import { checkVersion } from "./check-version.ts";
import { findWarnings } from "./find-warnings.ts";
import { KINDS, saidAndWritten } from "./read-decisions.ts";
import {
  pathOf,
  readStored,
  type StoredDefinition,
  type StoredDefinitions,
  saveCaps,
  saveDefinitions,
} from "./stored.ts";

type About = DecisionsDocument["about"];

/** Replaces all definitions at once, or says what that would do. */
export function replaceDecisions(
  call: Call,
  { document: json, about }: DecisionsDocument,
  dry: boolean,
): Promise<DecisionsChange> {
  const { db, runtime } = call.edge;
  return changeDefinitions(call, async () => {
    const stored = await readStored(db);
    checkVersion(call.request, stored.version);
    const document = check(json, about);
    const now = runtime.now();
    const next = definitionsOf(document, about, stored, now);
    const changed = next.filter((one) => stored.find(one.kind, one.key) !== one);
    const paths = new Set(next.map(pathOf));
    const archived = stored.live
      .filter((one) => !paths.has(pathOf(one)))
      .map((one) => ({ ...one, version: one.version + 1, updatedAt: now, archivedAt: now }));
    checkSizes(changed, next, (one) => `/document${pathOf(one)}`);
    const isNew = ({ kind, key }: StoredDefinition) => stored.find(kind, key)?.archivedAt !== null;
    const unsafe = unsafeChanges(stored, document);
    const result: DecisionsChange = {
      applied: !dry,
      created: changed.filter(isNew).map(pathOf),
      changed: changed.filter((one) => !isNew(one)).map(pathOf),
      archived: archived.map(pathOf),
      unsafe: unsafe.map(inBody),
      warnings: (await findWarnings(db, document)).map(inBody),
    };
    if (dry) return { statements: [], result, decides: false };
    refuseUnsafe(result.unsafe);
    const caps = document.caps ?? null;
    const isSameCaps = JSON.stringify(caps) === JSON.stringify(stored.caps);
    return {
      statements: [
        ...saveDefinitions(db, [...changed, ...archived]),
        ...(isSameCaps ? [] : [saveCaps(db, caps)]),
      ],
      result,
      decides: changed.length + archived.length > 0 || !isSameCaps,
      settles: false,
    };
  });
}

function inBody<Found extends { path: string }>(found: Found): Found {
  return { ...found, path: `/document${found.path}` };
}

function check(json: unknown, about: About): DecisionDefinitions {
  const paths = new Set(
    Object.entries(about).flatMap(([part, all = {}]) =>
      Object.entries(all).flatMap(([key, one]) =>
        "private" in one && one.private === true ? [`/${part}/${key}`] : [],
      ),
    ),
  );
  const checked = checkDocument(json, (path) => paths.has(path));
  if ("problem" in checked) {
    const { code: reason, path, detail } = checked.problem;
    throw new Problem("decision-invalid", `${reason}: ${detail}`, { path: `/document${path}`, reason });
  }
  const { document } = checked;
  for (const kind of KINDS) {
    const part = PARTS[kind];
    const gone = Object.keys(about[part] ?? {}).find((key) => !Object.hasOwn(document[part] ?? {}, key));
    if (gone === undefined) continue;
    const detail = `There is no ${kind} ${JSON.stringify(gone)} in the document.`;
    throw new Problem("invalid-body", detail, { path: `/about/${part}/${gone}` });
  }
  return document;
}

/** The definitions of a document as they are to be kept; those that stay as they are, as they are kept. */
function definitionsOf(
  document: DecisionDefinitions,
  about: About,
  stored: StoredDefinitions,
  now: number,
): StoredDefinition[] {
  return KINDS.flatMap((kind) =>
    Object.entries(document[PARTS[kind]] ?? {}).map(([key, one]): StoredDefinition => {
      const old = stored.find(kind, key);
      const text = JSON.stringify(one);
      const said = ownOf(about[PARTS[kind]], key) ?? {};
      const isSame = old?.document === text && old.archivedAt === null;
      if (
        isSame &&
        JSON.stringify(sorted(saidAndWritten(old.definition).said)) === JSON.stringify(sorted(said))
      )
        return old;
      const written: object = isSame ? saidAndWritten(old.definition).written : describeDecision(kind, one);
      return {
        kind,
        key,
        definition: JSON.stringify({ ...said, ...written }),
        document: text,
        private: "private" in said && said.private === true,
        version: (old?.version ?? 0) + 1,
        createdAt: old?.createdAt ?? now,
        updatedAt: now,
        archivedAt: null,
      };
    }),
  );
}

function ownOf<Part>(part: { [key: string]: Part } | undefined, key: string): Part | undefined {
  return part && Object.hasOwn(part, key) ? part[key] : undefined;
}

function sorted(about: object): [string, unknown][] {
  return Object.entries(about).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All promises that the document would break, those to users of archived experiments too. */
function unsafeChanges(stored: StoredDefinitions, document: DecisionDefinitions): RuleProblem[] {
  return KINDS.flatMap((kind) =>
    Object.entries(document[PARTS[kind]] ?? {}).flatMap(([key, after]) => {
      const old = stored.find(kind, key);
      if (old === undefined) return [];
      const only = (one: unknown): DecisionDefinitions => ({ [PARTS[kind]]: { [key]: one } });
      return findUnsafeChange(only(standingOf(old, stored)), only(after)) ?? [];
    }),
  );
}

/** A definition as promises stand by it: while an experiment was archived, others of its group may have taken its users. */
function standingOf(old: StoredDefinition, stored: StoredDefinitions): { group?: { key: string } } {
  const { group, ...rest } = groupedOf(old);
  if (old.archivedAt === null || group === undefined) return groupedOf(old);
  const since = old.archivedAt;
  const ranMeanwhile = ({ archivedAt }: StoredDefinition) => archivedAt === null || archivedAt > since;
  const others = stored.all.filter((one) => one.kind === "experiment" && one !== old && ranMeanwhile(one));
  return others.some((one) => groupedOf(one).group?.key === group.key) ? rest : groupedOf(old);
}

function groupedOf({ document }: StoredDefinition): { group?: { key: string } } {
  return JSON.parse(document);
}

function refuseUnsafe([first, ...more]: DecisionsChange["unsafe"]): void {
  if (first === undefined) return;
  const others =
    more.length === 0 ? "." : `, and ${more.length} more changes are unsafe: ?dry=true lists them.`;
  throw new Problem("unsafe-change", `${first.detail}${others}`, { path: first.path, reason: first.code });
}
