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
    .prepare(`select ${COLUMNS} from decisions
      where kind = ?1 and (archived_at is not null) = ?2 and key > ?3
        and instr(lower(key || char(10) || coalesce(definition ->> '$.name', '')), lower(?4)) > 0
      order by key limit ?5`)
    .bind(kind, archived ? 1 : 0, cursor, search, limit + 1)
    .all<DefinitionRow>();
  const page = results.slice(0, limit).map(definitionOf);
  return { definitions: page, next: results.length > limit ? (page.at(-1)?.key ?? null) : null };
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
    .prepare(`select version, saved_at as savedAt, definition from decision_versions
      where kind = ? and key = ? and version < ? order by version desc limit ?`)
    .bind(subject.kind, subject.key, cursor, limit + 1)
    .all<{ version: number; savedAt: number; definition: string }>();
  if (results.length === 0) await readDefinition(db, subject);
  const versions = results
    .slice(0, limit)
    .map(({ definition, ...one }) => ({ ...one, definition: JSON.parse(definition) as unknown }));
  return { versions, next: results.length > limit ? String(versions.at(-1)?.version) : null };
}
