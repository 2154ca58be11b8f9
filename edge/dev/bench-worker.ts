import type { Env } from "../src/env.ts";
import worker from "./worker.ts";

const READ = "select version from workspace where id = 1";
const INSERT = `insert into events (profile, id, seq, name, ts, props, received_at)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each(?1)`;

const UPDATE = `insert into profiles (id, traits, state, layout, seq, definitions, created_at)
  select value ->> 0, value ->> 1, value ->> 2, '', value ->> 3, 0, 0 from json_each(?1) where true
  on conflict (id) do update set traits = excluded.traits, state = excluded.state, seq = excluded.seq`;

/**
 * The Worker beside the least that could store the same: the body is two lines, the rows of `events` and those of
 * `profiles` as JSON, read by nobody but SQLite. `/bare/2` makes as many calls to D1 as ingest does, `/bare/1`
 * only the one that writes.
 */
export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/bare/")) return worker.fetch(request, env, context);
    if (pathname === "/bare/2") await env.DB.batch([env.DB.prepare(READ)]);
    const [events, profiles] = (await request.text()).split("\n");
    const insert = env.DB.prepare(INSERT).bind(events);
    await env.DB.batch(profiles === "[]" ? [insert] : [insert, env.DB.prepare(UPDATE).bind(profiles)]);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Env & Parameters<typeof worker.fetch>[1]>;
