import type { Database, Outcome, Query } from "./database.ts";

/** Decides when a call to D1 is carried out, and whether; `run` does it. */
export type Gate = (what: string, run: () => Outcome[]) => Promise<Outcome[]>;

/** What Workers call D1, on a database of this process. Each call passes the gate once, a batch as a whole. */
export function createD1(database: Database, gate: Gate): D1Database {
  return {
    prepare: (sql) => new Statement(database, gate, { sql, values: [] }),
    async batch<Result>(statements: D1PreparedStatement[]) {
      const queries = statements.map((statement) => {
        if (!(statement instanceof Statement)) throw new TypeError("a statement of another database");
        return statement.query;
      });
      const results = await gate(`batch of ${queries.length}`, () => database.transact(queries));
      return results.map((outcome) => toResult<Result>(outcome));
    },
  };
}

class Statement implements D1PreparedStatement {
  readonly query: Query;
  readonly #database: Database;
  readonly #gate: Gate;

  constructor(database: Database, gate: Gate, query: Query) {
    this.#database = database;
    this.#gate = gate;
    this.query = query;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new Statement(this.#database, this.#gate, { sql: this.query.sql, values });
  }

  async first<Result>(column?: string): Promise<Result | null> {
    const [row] = (await this.#run()).rows;
    if (row === undefined) return null;
    return trust<Result>(column === undefined ? row : row[column]);
  }

  async all<Result>(): Promise<D1Result<Result>> {
    return toResult<Result>(await this.#run());
  }

  run<Result>(): Promise<D1Result<Result>> {
    return this.all<Result>();
  }

  async raw<Result>(): Promise<Result[]> {
    return (await this.#run()).rows.map((row) => trust<Result>(Object.values(row)));
  }

  async #run(): Promise<Outcome> {
    const [outcome = { rows: [], changes: 0 }] = await this.#gate("statement", () => [
      this.#database.run(this.query),
    ]);
    return outcome;
  }
}

function toResult<Result>({ rows, changes }: Outcome): D1Result<Result> {
  return { results: rows.map((row) => trust<Result>(row)), success: true, meta: { changes } };
}

/** Rows are what a statement selects; its author says as what they are to be taken, as with D1 itself. */
function trust<Result>(value: unknown): Result {
  return value as Result;
}
