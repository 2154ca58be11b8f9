import { LIMITS } from "@muster/rules";
import type { DecisionKind } from "@muster/rules/decisions";
import { notFound, type Subject } from "./save-definition.ts";
import { COLUMNS, type DefinitionRow, definitionOf, type StoredDefinition } from "./stored.ts";

/** @throws Problem `not-found` */
export async function readDefinition(db: D1Database, subject: Subject): Promise<StoredDefinition> {
  const row = await db
    .prepare(`select ${COLUMNS} from decisions where kind = ? and key = ?`)
    .bind(subject.kind, subject.key)
    .first<DefinitionRow>();
  if (row === null) throw notFound(subject);
  return definitionOf(row);
}

/** Of rows in an order the first, and as many more as are within what all definitions may be together; `found`: how many there are. */
const boundedPage = (rows: string, order: string, size: string) => `select * from (
    select *, count(*) over () as found, sum(${size}) over (order by ${order}) - ${size} as before from (${rows}))
  where before <= ${LIMITS.decisions} order by ${order}`;

const LIST = boundedPage(
  `select ${COLUMNS} from decisions
    where kind = ?1 and (archived_at is not null) = ?2 and key > ?3
      and instr(lower(key || char(10) || coalesce(definition ->> '$.name', '')), lower(?4)) > 0
    order by key limit ?5`,
  "key",
  "(length(definition) + length(document))",
);

const VERSIONS = boundedPage(
  `select version, saved_at as savedAt, definition from decision_versions
    where kind = ? and key = ? and version < ? order by version desc limit ?`,
  "version desc",
  "length(definition)",
);

interface Found {
  found: number;
  before: number;
}

/** The rows of a page, of which one more was asked for, and whether there are more. */
function pageOf<Row extends Found>(
  rows: readonly Row[],
  limit: number,
): { page: Omit<Row, keyof Found>[]; more: boolean } {
  const page = rows.slice(0, limit).map(({ found: _, before: __, ...row }) => row);
  return { page, more: (rows[0]?.found ?? 0) > page.length };
}

interface ListQuery {
  search?: string | undefined;
  archived: boolean;
  limit: number;
  cursor?: string | undefined;
}

/** A page of the definitions of a kind, by key. */
export async function listDefinitions(
  db: D1Database,
  kind: DecisionKind,
  { search = "", archived, limit, cursor = "" }: ListQuery,
): Promise<{ definitions: StoredDefinition[]; next: string | null }> {
  const { results } = await db
    .prepare(LIST)
    .bind(kind, archived ? 1 : 0, cursor, search, limit + 1)
    .all<DefinitionRow & Found>();
  const { page, more } = pageOf(results, limit);
  return { definitions: page.map(definitionOf), next: more ? (page.at(-1)?.key ?? null) : null };
}

interface VersionQuery {
  limit: number;
  cursor?: number | undefined;
}

/** A page of the saved versions of a definition, the newest first. */
export async function listVersions(
  db: D1Database,
  subject: Subject,
  { limit, cursor = Number.MAX_SAFE_INTEGER }: VersionQuery,
) {
  const { results } = await db
    .prepare(VERSIONS)
    .bind(subject.kind, subject.key, cursor, limit + 1)
    .all<{ version: number; savedAt: number; definition: string } & Found>();
  if (results.length === 0) await readDefinition(db, subject);
  const { page, more } = pageOf(results, limit);
  const versions = page.map(({ definition, ...one }) => ({
    ...one,
    definition: JSON.parse(definition) as unknown,
  }));
  return { versions, next: more ? String(page.at(-1)?.version) : null };
}
