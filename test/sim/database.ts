import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

/** What a statement came to. */
export interface Outcome {
  rows: Row[];
  /** How many rows it wrote. */
  changes: number;
}

/** One statement with its values, as D1 takes it. */
export interface Query {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const PARAMETERS = 100;
const STATEMENT_BYTES = 100_000;
const VALUE_BYTES = 2_000_000;

/** The edge's tables in a real SQLite in memory. Statements are prepared once. */
export class Database {
  readonly #sqlite = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, { statement: StatementSync; isQuery: boolean }>();
  #tables: string[] = [];

  constructor(migrations: readonly string[]) {
    for (const migration of migrations) this.#sqlite.exec(migration);
  }

  /** Runs statements in one transaction: all of them, or none when one fails. */
  transact(queries: readonly Query[]): Outcome[] {
    if (queries.length === 1) return queries.map((query) => this.run(query));
    this.run({ sql: "begin", values: [] });
    try {
      const results = queries.map((query) => this.run(query));
      this.run({ sql: "commit", values: [] });
      return results;
    } catch (error) {
      this.run({ sql: "rollback", values: [] });
      throw error;
    }
  }

  /**
   * Runs one statement.
   * @throws Error with D1's words where SQLite refuses it or it is beyond D1's limits
   */
  run({ sql, values }: Query): Outcome {
    try {
      const { statement, isQuery } = this.#statements.get(sql) ?? this.#prepare(sql);
      const bound = values.map(toSql);
      if (isQuery) return { rows: statement.all(...bound), changes: 0 };
      return { rows: [], changes: Number(statement.run(...bound).changes) };
    } catch (error) {
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }

  /** The rows of a statement without values. */
  select(sql: string): Row[] {
    return this.run({ sql, values: [] }).rows;
  }

  /** Notes what the tables hold now, as where `restore` goes back to. */
  keep(): void {
    const listed = this.select(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    );
    this.#tables = listed.map(({ name }) => String(name));
    for (const table of this.#tables)
      this.#sqlite.exec(`create table kept_${table} as select * from ${table}`);
  }

  restore(): void {
    this.transact(
      this.#tables.flatMap((table) => [
        { sql: `delete from ${table}`, values: [] },
        { sql: `insert into ${table} select * from kept_${table}`, values: [] },
      ]),
    );
  }

  #prepare(sql: string): { statement: StatementSync; isQuery: boolean } {
    if (Buffer.byteLength(sql) > STATEMENT_BYTES) throw new Error("statement too long");
    const statement = this.#sqlite.prepare(sql);
    const prepared = { statement, isQuery: statement.columns().length > 0 };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** As D1 binds: a number, also a whole one, and a boolean arrive as REAL. */
function toSql(value: unknown, index: number): SQLInputValue {
  if (index >= PARAMETERS) throw new Error("too many SQL variables");
  if (value === null || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") {
    if (value.length > VALUE_BYTES) throw new Error("string or blob too big: SQLITE_TOOBIG");
    return value;
  }
  throw new Error(`Type '${typeof value}' not supported for value '${value}'`);
}
