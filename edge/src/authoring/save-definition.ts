import type { Problem as RuleProblem } from "@muster/rules";
import {
  authorDecision,
  type DecisionDefinitions,
  type DecisionKind,
  findUnsafeChange,
  PARTS,
  writtenPath,
} from "@muster/rules/decisions";
import { type Change, changeDefinitions } from "../definitions/change.ts";
import type { Call } from "../http/route.ts";
import { Problem } from "../problem.ts";
import type { Runtime } from "../runtime.ts";
import { toHex } from "../sha256.ts";
import { checkDocument, type IsPrivate } from "./check-document.ts";
import { checkSizes } from "./check-sizes.ts";
import { checkVersion } from "./check-version.ts";
import {
  pathOf,
  readStored,
  type StoredDefinition,
  type StoredDefinitions,
  saveDefinitions,
} from "./stored.ts";

/** Which definition a request is about. */
export interface Subject {
  kind: DecisionKind;
  key: string;
}

/** What there is of a subject, for those who may change it as it is. */
async function readFor(call: Call, subject: Subject) {
  const stored = await readStored(call.edge.db);
  const old = stored.find(subject.kind, subject.key);
  checkVersion(call.request, old?.archivedAt === null ? old.version : null);
  return { stored, old };
}

/** Saves what a person wrote: a new definition, or one in the place of another. */
export function putDefinition(call: Call, subject: Subject, written: unknown): Promise<StoredDefinition> {
  return changeDefinitions(call, async () => {
    const { stored, old } = await readFor(call, subject);
    // Exposures name their experiment by its key: whoever was exposed to it would be to this one.
    if (subject.kind === "experiment" && old && old.archivedAt !== null)
      throw new Problem("archived-key", "An archived experiment had this key; take another one.");
    return author(call, subject, { stored, old, written, iterate: false });
  });
}

/** Begins a new iteration of an experiment, as it is written or by another definition. */
export function iterateExperiment(call: Call, key: string, written: unknown): Promise<StoredDefinition> {
  const subject: Subject = { kind: "experiment", key };
  return changeDefinitions(call, async () => {
    const { stored, old } = await readFor(call, subject);
    if (old === undefined || old.archivedAt !== null) throw notFound(subject);
    const given = written ?? JSON.parse(old.definition);
    return author(call, subject, { stored, old, written: given, iterate: true });
  });
}

/** Archives a definition that no other one needs; once more changes nothing. */
export async function archiveDefinition(call: Call, subject: Subject): Promise<void> {
  await changeDefinitions(call, async () => {
    const { stored, old } = await readFor(call, subject);
    if (old === undefined) throw notFound(subject);
    if (old.archivedAt !== null) return { statements: [], result: null, decides: false };
    const now = call.edge.runtime.now();
    const others = stored.live.filter((one) => one !== old);
    const checked = checkDocument(withoutOne(stored.documentWith(), subject), isPrivateAmong(others));
    if ("problem" in checked) throw placed(subject, checked.problem);
    const archived = { ...old, version: old.version + 1, updatedAt: now, archivedAt: now };
    return { statements: saveDefinitions(call.edge.db, [archived]), result: null, settles: false };
  });
}

interface Writing {
  stored: StoredDefinitions;
  old: StoredDefinition | undefined;
  written: unknown;
  iterate: boolean;
}

function author(
  { edge: { db, runtime } }: Call,
  subject: Subject,
  { stored, old, written, iterate }: Writing,
): Change<StoredDefinition> {
  const { kind, key } = subject;
  const now = runtime.now();
  const before = stored.documentWith(old);
  const makeSalt = () => newSalt(runtime);
  const authored = authorDecision(kind, key, written, { before, now, makeSalt, iterate });
  if (!authored.ok) throw invalid(authored.problem);
  const { about, document } = authored.value;
  const own = pathOf(subject);
  const isPrivate = about.private === true;
  const isPrivateOther = isPrivateAmong(stored.live);
  const whole = withOne(stored.documentWith(), subject, document);
  const checked = checkDocument(whole, (path) => (path === own ? isPrivate : isPrivateOther(path)));
  if ("problem" in checked) throw placed(subject, checked.problem);
  const unsafe = findUnsafeChange(before, checked.document);
  if (unsafe) {
    const { code: reason, detail } = unsafe;
    const path = writtenPath(kind, unsafe.path.slice(own.length));
    throw new Problem("unsafe-change", `${detail}.`, { path, reason });
  }
  const result: StoredDefinition = {
    kind,
    key,
    definition: JSON.stringify(written),
    document: JSON.stringify(checked.document[PARTS[kind]]?.[key]),
    private: isPrivate,
    version: (old?.version ?? 0) + 1,
    createdAt: old?.createdAt ?? now,
    updatedAt: now,
    archivedAt: null,
  };
  if (old && isSame(old, result)) return { statements: [], result: old, decides: false };
  const others = stored.live.filter((one) => one !== old);
  checkSizes([result], [...others, result], () => "");
  return { statements: saveDefinitions(db, [result]), result, settles: false };
}

function isSame(one: StoredDefinition, other: StoredDefinition): boolean {
  return (
    one.archivedAt === other.archivedAt &&
    one.document === other.document &&
    one.definition === other.definition
  );
}

/** 64 random bits: salts that are the same by chance would be refused. */
function newSalt(runtime: Runtime): string {
  return toHex(runtime.bytes(8));
}

function isPrivateAmong(definitions: readonly StoredDefinition[]): IsPrivate {
  const paths = new Set(definitions.filter((one) => one.private).map(pathOf));
  return (path) => paths.has(path);
}

export function notFound({ kind, key }: Subject): Problem {
  return new Problem("not-found", `There is no ${kind} ${JSON.stringify(key)}.`);
}

function invalid({ code, path, detail }: RuleProblem): Problem {
  return new Problem("decision-invalid", `${code}: ${detail}`, { path, reason: code });
}

/** A problem of the whole document as one of the request's body, or as one of another definition that needs this one. */
function placed(subject: Subject, problem: RuleProblem): Problem {
  const own = pathOf(subject);
  const { code: reason, path, detail } = problem;
  if (path === `/${PARTS[subject.kind]}`) return invalid({ ...problem, path: "" });
  if (path === own || path.startsWith(`${own}/`))
    return invalid({ ...problem, path: writtenPath(subject.kind, path.slice(own.length)) });
  return new Problem("definition-in-use", `${reason}: ${detail}, at ${path} of all definitions.`, { reason });
}

function withoutOne(document: DecisionDefinitions, { kind, key }: Subject): DecisionDefinitions {
  const part = Object.entries(document[PARTS[kind]] ?? {}).filter(([other]) => other !== key);
  return { ...document, [PARTS[kind]]: Object.fromEntries(part) };
}

function withOne(document: DecisionDefinitions, { kind, key }: Subject, one: unknown): unknown {
  return { ...document, [PARTS[kind]]: { ...document[PARTS[kind]], [key]: one } };
}
