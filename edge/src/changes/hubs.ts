import { LIMITS } from "@muster/rules";
import type { ShippedRuleset } from "@muster/rules/wire";
import { currentDefinitions } from "../definitions/current.ts";
import type { Definitions, Shipped } from "../definitions/definitions.ts";
import type { Edge } from "../edge.ts";
import type { Env } from "../env.ts";
import type { Runtime } from "../runtime.ts";
import type { Hub, News, Versions } from "./news.ts";

/** The objects that hold streams: one, or as many as the deployment says; none where it binds none. */
function hubsOf({ CHANGES, CHANGES_HUBS }: Env): DurableObjectStub<Hub>[] {
  if (CHANGES === undefined) return [];
  const count = Math.min(LIMITS.hubs, Math.max(1, Math.trunc(Number(CHANGES_HUBS ?? 1)) || 1));
  return Array.from({ length: count }, (_, index) => CHANGES.getByName(`changes-${index}`));
}

/** The one that takes a new stream: which, does not matter. */
export function chooseHub(env: Env, runtime: Runtime): DurableObjectStub<Hub> | undefined {
  const hubs = hubsOf(env);
  return hubs[Math.floor(runtime.random() * hubs.length)];
}

export function versionsOf({ version, browser, server }: Definitions): Versions {
  return { number: version, browser: browser.version, server: server.version };
}

/** Tells all who listen of the definitions as they are now. What fails is logged: the next heartbeat finds it out. */
export async function publishDefinitions(env: Env, edge: Edge): Promise<void> {
  const hubs = hubsOf(env);
  if (hubs.length === 0) return;
  const definitions = await currentDefinitions(edge);
  const news: News = {
    ...versionsOf(definitions),
    rulesets: { browser: rulesetText(definitions.browser), server: rulesetText(definitions.server) },
  };
  await Promise.all(hubs.map((hub) => hub.publish(news).catch(console.error)));
}

/** Ends the streams of keys that were revoked, at once. */
export async function endRevoked(env: Env): Promise<void> {
  await Promise.all(hubsOf(env).map((hub) => hub.checkKeys().catch(console.error)));
}

function rulesetText({ version, program, table: decisions }: Shipped): string | null {
  const ruleset: ShippedRuleset = { version, program, decisions };
  const text = JSON.stringify(ruleset);
  return text.length > LIMITS.pushedRuleset ? null : text;
}
