import { env } from "cloudflare:workers";
import { ALL_FEATURES, load } from "@muster/rules";
import { rebuild, type SavedState } from "@muster/rules/state";
import type { RulesetResponse } from "@muster/rules/wire";
import type { TestEdge } from "./edge.ts";

/** Of each profile the state that is stored, and the one that the log comes to at the same instant. */
export async function storedStates(edge: TestEdge): Promise<{ stored: SavedState; ofLog: SavedState }[]> {
  const { body } = await edge.call<RulesetResponse>("GET", "/v1/ruleset");
  const plan = load(body.program, ALL_FEATURES);
  const { results: profiles } = await env.DB.prepare("select id, state from profiles").all<{
    id: number;
    state: string;
  }>();
  const { results: events } = await env.DB.prepare("select profile, id, name, ts, props from events").all<{
    profile: number;
    id: string;
    name: string;
    ts: number;
    props: string;
  }>();
  return profiles.map(({ id, state }) => {
    const stored: SavedState = JSON.parse(state);
    const own = events.filter(({ profile }) => profile === id);
    const log = own.map((row) => ({ ...row, props: JSON.parse(row.props) }));
    return { stored, ofLog: rebuild(plan, log).save(stored.now) };
  });
}
