import type { Bootstrap, CreatedKey } from "@muster/rules/wire";
import { type Edge, startEdge } from "../../edge/dev/start-edge.ts";

/** A real edge with definitions of decisions. */
export interface DecisionEdge {
  edge: Edge;
  /** The options of a page's client. */
  options: { key: string; endpoint: string };
  put(path: string, definition: object): Promise<void>;
  /** What a server gets for its page. */
  bootstrap(who: { userId?: string; anonymousId?: string }): Promise<Bootstrap>;
}

export async function startDecisionEdge(
  definitions: { readonly [path: string]: object } = {},
): Promise<DecisionEdge> {
  const edge = await startEdge({});
  const ask = async <T>(key: string, method: string, path: string, body: object): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(edge.url + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const json: T = await answer.json();
    return json;
  };
  const keyOf = async (kind: string) =>
    (await ask<CreatedKey>(edge.adminKey, "POST", "/v1/keys", { kind, name: kind })).key;
  const put = async (path: string, definition: object): Promise<void> => {
    await ask(edge.adminKey, "PUT", path, definition);
  };
  const key = await keyOf("publishable");
  const secret = await keyOf("secret");
  const pro = { rule: { trait: "plan", op: "eq", value: "pro" } };
  await ask(edge.adminKey, "POST", "/v1/segments", { key: "pro", name: "Pays", status: "active", ...pro });
  for (const [path, definition] of Object.entries(definitions)) await put(path, definition);
  return {
    edge,
    options: { key, endpoint: edge.url },
    put,
    bootstrap: (who) => ask<Bootstrap>(secret, "POST", "/v1/bootstrap", who),
  };
}

/** Flags, an experiment and a prompt that the tests of pages use. */
export const DEFINITIONS = {
  "/v1/flags/checkout": {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise: "off",
    rules: [{ key: "pros", audience: { include: ["pro"] }, variation: "on" }],
  },
  "/v1/flags/theme": {
    type: "json",
    variations: { dark: { accent: "blue" }, light: { accent: "red" } },
    enabled: true,
    off: "light",
    otherwise: "dark",
  },
  "/v1/flags/limit": {
    type: "number",
    variations: { ten: 10, none: 0 },
    enabled: true,
    off: "none",
    otherwise: "ten",
  },
  "/v1/experiments/headlines": {
    enabled: true,
    weights: { short: 50, long: 50 },
  },
  "/v1/flags/headline": {
    type: "string",
    variations: { short: "Hello", long: "Hello, and welcome" },
    enabled: true,
    off: "short",
    otherwise: "short",
    rules: [{ key: "headlines", experiment: "headlines" }],
  },
  "/v1/campaigns/offer": {
    kind: "banner",
    placement: "home",
    enabled: true,
    content: { title: "An offer", primary: { label: "Take it" } },
    audience: { include: ["pro"] },
    caps: { once: true },
  },
  "/v1/campaigns/again": {
    kind: "banner",
    placement: "again",
    enabled: true,
    content: { title: "Nothing caps it" },
  },
};
