import type { Env } from "../src/env.ts";
import worker from "./worker.ts";

export { Changes } from "../src/changes/changes.ts";

const READ = "select version from workspace where id = 1";
const INSERT = `insert into events (profile, id, seq, name, ts, props, received_at)
  select j.value ->> 0, e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, 0
  from json_each(?1) j cross join json_each(j.value, '$[1]') e`;

const UPDATE = `insert into profiles (id, traits, state, layout, seq, definitions, created_at)
  select value ->> 0, value ->> 1, value ->> 2, '', value ->> 3, 0, 0 from json_each(?1) where true
  on conflict (id) do update set traits = excluded.traits, state = excluded.state, seq = excluded.seq`;

const ENTER = `insert into memberships (profile, segment, since)
  select value ->> 0, value ->> 1, value ->> 4 from json_each(?1) where true
  on conflict (profile, segment) do update set since = excluded.since`;

const LOG = `insert into membership_log (profile, segment, change, cause, at)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?1)`;

const WRITTEN = `select (select state from profiles where layout <> ''
    order by abs(length(state) - (select avg(length(state)) from profiles where layout <> '')) limit 1) as state,
  (select count(*) from membership_log where cause <> 'bare') as entries`;

/**
 * The Worker beside the least that could store the same: the body has a line for the rows of `events`, of
 * `profiles` and of `membership_log` as JSON, read by nobody but SQLite. `/bare/2` makes as many calls to D1 as
 * ingest does, `/bare/1` only the one that writes; `/bare/written` gives a state of the edge that is as long as
 * most are, and how many entries of the log it has made.
 */
export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/bare/")) return worker.fetch(request, env, context);
    if (pathname === "/bare/written") return Response.json(await env.DB.prepare(WRITTEN).first());
    if (pathname === "/bare/2") await env.DB.batch([env.DB.prepare(READ)]);
    const [events, profiles, entries] = (await request.text()).split("\n");
    const bind = (query: string, rows = "[]") => (rows === "[]" ? [] : [env.DB.prepare(query).bind(rows)]);
    await env.DB.batch([
      ...bind(INSERT, events),
      ...bind(UPDATE, profiles),
      ...bind(ENTER, entries),
      ...bind(LOG, entries),
    ]);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Env & Parameters<typeof worker.fetch>[1]>;
