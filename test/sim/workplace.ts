import type { CreatedKey, KeyKind } from "@muster/rules/wire";
import { createApp } from "../../edge/src/app.ts";
import { DefinitionsCache } from "../../edge/src/definitions/definitions.ts";
import { DEFINITIONS } from "./choices.ts";
import { createD1 } from "./d1.ts";
import { Database } from "./database.ts";
import { ADMIN_KEY } from "./edge.ts";
import { ORIGIN } from "./network.ts";
import { Random } from "./random.ts";
import { SEGMENTS } from "./rules.ts";

/** The instant at which every run begins; the workspace is a day older. */
export const START = Date.UTC(2026, 5, 15, 9, 30);
const DAY = 86_400_000;

/** What all runs of a process begin with: an edge whose workspace has its keys and definitions, and no users. */
export interface Workplace {
  database: Database;
  publishableKey: string;
  secretKey: string;
}

/** Makes it, through the edge's own interface. */
export async function createWorkplace(migrations: readonly string[]): Promise<Workplace> {
  const database = new Database(migrations);
  const random = new Random(0, "workplace");
  const runtime = {
    now: () => START - DAY,
    wait: async () => {},
    random: () => random.next(),
    bytes: (length: number) => random.bytes(length),
  };
  const app = createApp(runtime, new DefinitionsCache());
  const db = createD1(database, async (_what, run) => run());
  const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} };

  const send = async <Body>(method: "POST" | "PUT", path: string, body: unknown): Promise<Body> => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const request = new Request(ORIGIN + path, { method, headers, body: JSON.stringify(body) });
    const response = await app.fetch(request, { DB: db, ADMIN_KEY }, context);
    if (![200, 201].includes(response.status)) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const makeKey = async (kind: KeyKind): Promise<string> =>
    (await send<CreatedKey>("POST", "/v1/keys", { kind, name: kind })).key;

  const publishableKey = await makeKey("publishable");
  const secretKey = await makeKey("secret");
  for (const { key, isPrivate, rules } of SEGMENTS) {
    const [rule] = rules;
    await send("POST", "/v1/segments", { key, name: key, status: "active", private: isPrivate, rule });
  }
  for (const { path, forms } of DEFINITIONS) await send("PUT", `/v1/${path}`, forms[0]);
  database.keep();
  return { database, publishableKey, secretKey };
}
