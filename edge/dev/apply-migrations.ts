import { readdir, readFile } from "node:fs/promises";

const FOLDER = new URL("../migrations/", import.meta.url);

/** As much of D1 as migrating needs. */
interface Database {
  batch(statements: Statement[]): Promise<unknown>;
  prepare(query: string): Statement;
}
interface Statement {
  bind(...values: unknown[]): Statement;
  all<Row>(): Promise<{ results: Row[] }>;
}

/** Applies what is missing, each file in one transaction, and keeps wrangler's own book of it. */
export async function applyMigrations(database: Database): Promise<string[]> {
  const book =
    "create table if not exists d1_migrations (id integer primary key autoincrement, name text unique, " +
    "applied_at timestamp default current_timestamp not null)";
  await database.batch([database.prepare(book)]);
  const { results } = await database.prepare("select name from d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql") && !applied.has(name)).sort();
  for (const name of files) {
    const text = await readFile(new URL(name, FOLDER), "utf8");
    const statements = text.split("--> statement-breakpoint").map((query) => database.prepare(query));
    const entry = database.prepare("insert into d1_migrations (name) values (?)").bind(name);
    await database.batch([...statements, entry]);
  }
  return files;
}
