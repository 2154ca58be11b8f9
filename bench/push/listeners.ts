/** A process of its own that listens: so many connections, and when each heard of a change. */
import { type ClientRequest, get } from "node:http";

/** What the parent sends. */
export type Order = { listen: { url: string; key: string; connections: number } } | { report: true };
/** What it hears back: all are connected, or, for each change, when the last of them heard of it (wall clock, ms). */
export type Heard = { connected: number } | { counts: number[]; last: number[] };

const EVENT = "event: ruleset";
/** Sockets that are opened at the same time. */
const OPEN = 20;

const requests: ClientRequest[] = [];
const counts: number[] = [];
const last: number[] = [];

function connect(url: string, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The first event says where things stand; each further one is a change.
    let change = -1;
    const request = get(`${url}/v1/changes?key=${key}`, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a connection was answered ${response.statusCode}`));
      response.setEncoding("utf8").on("data", (text: string) => {
        for (let at = text.indexOf(EVENT); at >= 0; at = text.indexOf(EVENT, at + 1)) {
          if (change >= 0) {
            counts[change] = (counts[change] ?? 0) + 1;
            last[change] = performance.timeOrigin + performance.now();
          }
          change++;
          resolve();
        }
      });
    });
    request.on("error", reject);
    requests.push(request);
  });
}

process.on("message", async (order: Order) => {
  if ("report" in order) {
    process.send?.({ counts, last } satisfies Heard);
    return;
  }
  const { url, key, connections } = order.listen;
  let left = connections;
  const work = async () => {
    while (left-- > 0) await connect(url, key);
  };
  await Promise.all(Array.from({ length: OPEN }, work));
  process.send?.({ connected: connections } satisfies Heard);
});
process.on("disconnect", () => process.exit());
