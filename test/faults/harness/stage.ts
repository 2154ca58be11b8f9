import { join } from "node:path";
import { createdKey, evaluateResponse, type MismatchList, mismatchList } from "@muster/rules/wire";
import { type Edge, startEdge } from "../../../edge/dev/start-edge.ts";
import { callEdge } from "../../../examples/shop/server/call-edge.ts";
import { type Site, serveSite } from "../../../sdk-web/test/browser.ts";
import { build } from "../../../sdk-web/test/build.ts";
import { readD1 } from "./d1-file.ts";
import { ladder, MARK } from "./mark.ts";
import { PAGE } from "./page.ts";
import { type EdgeProxy, startProxy } from "./proxy.ts";
import { makeScratch, removeScratch } from "./scratch.ts";

/** Everything but the browser: an edge with the ladder of segments, a proxy in front of it, a page that uses it. */
export interface Stage {
  proxy: EdgeProxy;
  /** The page's address. */
  url: string;
  /** A folder for a browser's disk. */
  disk: string;
  /** What the edge says of a user, by segment. */
  askEdge(who: { userId?: string; anonymousId?: string }): Promise<Record<string, boolean>>;
  /** What browsers have told the edge of their answers that were not its own. */
  readMismatches(): Promise<MismatchList["mismatches"]>;
  /** Ends the edge, and gives how often it has each mark in its log: `n` → copies. */
  countMarks(): Promise<Map<number, number>>;
  close(): Promise<void>;
}

let built: ReturnType<typeof build> | undefined;

export async function openStage(): Promise<Stage> {
  const folder = await makeScratch();
  const persistTo = join(folder, "edge");
  const [chunks, edge] = await Promise.all([(built ??= build()), startEdge({ persistTo })]);
  let proxy: EdgeProxy | undefined;
  let site: Site | undefined;
  const close = async (): Promise<void> => {
    site?.close();
    proxy?.close();
    await edge.stop();
    await removeScratch(folder);
  };
  try {
    const key = await define(edge);
    proxy = await startProxy(edge.url);
    const scripts = [...chunks].map(([name, { code }]): [string, string] => [name, code]);
    site = await serveSite(new Map([...scripts, ["page.js", PAGE]]), proxy.url);
    return {
      proxy,
      url: `${site.url}/?${new URLSearchParams({ key, endpoint: proxy.url })}`,
      disk: join(folder, "browser"),
      async askEdge(who) {
        const said = await callEdge(edge, evaluateResponse, "/v1/evaluate", who);
        return Object.fromEntries(
          Object.entries(said?.memberships ?? {}).map(([segment, { member }]) => [segment, member]),
        );
      },
      async readMismatches() {
        const list = await callEdge(edge, mismatchList, "/v1/mismatches");
        if (!list) throw new Error("the edge has no list of mismatches");
        return list.mismatches;
      },
      async countMarks() {
        await edge.stop();
        return readD1(persistTo, (database) => {
          const rows = database
            .prepare("select props ->> 'n' as n, count(*) as copies from events where name = ? group by 1")
            .all(MARK);
          return new Map(rows.map(({ n, copies }) => [Number(n), Number(copies)]));
        });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes the segments, and the key that a page has; gives the key. */
async function define(edge: Edge): Promise<string> {
  for (const segment of ladder()) {
    const made = await callEdge(edge, { parse: () => true }, "/v1/segments", {
      ...segment,
      status: "active",
    });
    if (!made) throw new Error("the edge makes no segments");
  }
  const made = await callEdge(edge, createdKey, "/v1/keys", { kind: "publishable", name: "page" });
  if (!made) throw new Error("the edge makes no keys");
  return made.key;
}
