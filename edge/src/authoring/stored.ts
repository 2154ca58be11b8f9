import { type Caps, type DecisionDefinitions, type DecisionKind, PARTS } from "@muster/rules/decisions";
import { bulk } from "../db/bulk.ts";

/** A definition as it is kept: `definition` and `document` are JSON as text. */
export interface StoredDefinition {
  kind: DecisionKind;
  key: string;
  definition: string;
  document: string;
  private: boolean;
  version: number;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

export const COLUMNS = `kind, key, definition, document, private, version, created_at as createdAt,
  updated_at as updatedAt, archived_at as archivedAt`;

/** As D1 gives it. */
export type DefinitionRow = Omit<StoredDefinition, "private"> & { private: number };

export function definitionOf(row: DefinitionRow): StoredDefinition {
  return { ...row, private: row.private !== 0 };
}

/** Every definition that there is or was, at one version of the workspace. */
export class StoredDefinitions {
  readonly version: number;
  readonly caps: Caps | null;
  readonly all: readonly StoredDefinition[];
  readonly #byName: ReadonlyMap<string, StoredDefinition>;

  constructor(version: number, caps: Caps | null, all: readonly StoredDefinition[]) {
    this.version = version;
    this.caps = caps;
    this.all = all;
    this.#byName = new Map(all.map((one) => [pathOf(one), one]));
  }

  find(kind: DecisionKind, key: string): StoredDefinition | undefined {
    return this.#byName.get(pathOf({ kind, key }));
  }

  /** Those that are not archived. */
  get live(): StoredDefinition[] {
    return this.all.filter(({ archivedAt }) => archivedAt === null);
  }

  /** The document of all that are not archived, and of one that may be. */
  documentWith(also?: StoredDefinition): DecisionDefinitions {
    const rows = new Set([...this.live, ...(also ? [also] : [])]);
    return documentOf(rows, this.caps);
  }
}

/** Where a definition stands in a document. */
export function pathOf({ kind, key }: Pick<StoredDefinition, "kind" | "key">): string {
  return `/${PARTS[kind]}/${key}`;
}

function documentOf(rows: Iterable<StoredDefinition>, caps: Caps | null): DecisionDefinitions {
  const parts = new Map<string, [string, unknown][]>(Object.values(PARTS).map((part) => [part, []]));
  for (const { kind, key, document } of rows) parts.get(PARTS[kind])?.push([key, JSON.parse(document)]);
  const all = Array.from(parts, ([part, entries]) => [part, Object.fromEntries(entries)]);
  return { ...Object.fromEntries(all), ...(caps !== null && { caps }) };
}

export async function readStored(db: D1Database): Promise<StoredDefinitions> {
  // Rows are what the statements select: `never` lets each be taken as its own type.
  const [workspace, decisions] = await db.batch<never>([
    db.prepare("select version, caps from workspace where id = 1"),
    db.prepare(`select ${COLUMNS} from decisions order by kind, key`),
  ]);
  const settings: { version: number; caps: string | null }[] = workspace?.results ?? [];
  const rows: DefinitionRow[] = decisions?.results ?? [];
  const { version = 0, caps = null } = settings[0] ?? {};
  return new StoredDefinitions(version, caps === null ? null : JSON.parse(caps), rows.map(definitionOf));
}

const SAVE = `insert into decisions
    (kind, key, definition, document, private, version, created_at, updated_at, archived_at)
  select value ->> 0, value ->> 1, value -> 2, value -> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
  from json_each(?1) where true
  on conflict (kind, key) do update set definition = excluded.definition, document = excluded.document,
    private = excluded.private, version = excluded.version, updated_at = excluded.updated_at,
    archived_at = excluded.archived_at`;

const KEEP = `insert into decision_versions (kind, key, definition, document, version, saved_at)
  select value ->> 0, value ->> 1, value -> 2, value -> 3, value ->> 5, value ->> 7 from json_each(?1)`;

/** The statements that save definitions, each in a version that is new. */
export function saveDefinitions(
  db: D1Database,
  definitions: readonly StoredDefinition[],
): D1PreparedStatement[] {
  const rows = definitions.map((one) => [
    one.kind,
    one.key,
    JSON.parse(one.definition),
    JSON.parse(one.document),
    one.private ? 1 : 0,
    one.version,
    one.createdAt,
    one.updatedAt,
    one.archivedAt,
  ]);
  return [...bulk(db, SAVE, rows), ...bulk(db, KEEP, rows)];
}

export function saveCaps(db: D1Database, caps: Caps | null): D1PreparedStatement {
  return db
    .prepare("update workspace set caps = ? where id = 1")
    .bind(caps === null ? null : JSON.stringify(caps));
}
