import type { Query } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";

/** The query builder, for what is not a hot path. */
export function orm(db: D1Database) {
  return drizzle(db);
}

/** A built query as a statement, to stand in a batch beside others. */
export function prepare(db: D1Database, query: { toSQL(): Query }): D1PreparedStatement {
  const { sql, params } = query.toSQL();
  return db.prepare(sql).bind(...params);
}
