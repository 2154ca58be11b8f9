import type { Ruleset } from "@muster/rules";
import type { Client } from "../src/client.ts";
import { createClientIn } from "../src/create-client.ts";
// Fetched here, what the client loads on demand is there without waiting.
import "../src/bootstrap/adopt-bootstrap.ts";
import "../src/definitions.ts";
import "../src/live/live.ts";
import type { Clock } from "../src/clock.ts";
import type { ClientOptions } from "../src/options.ts";
import type { ClientProblem } from "../src/report.ts";
import type { Store } from "../src/store/store.ts";
import { FakeClock } from "./fake-clock.ts";
import { MemoryStore } from "./memory-store.ts";
import { MemoryBrowser } from "./memory-tabs.ts";
import { ModelEdge, type ModelOptions } from "./model-edge.ts";
import { ModelStreams } from "./model-streams.ts";

export const RULESET: Ruleset = {
  zone: "UTC",
  segments: {
    viewer: { rule: { event: "view", op: "gte", value: 2 } },
    recent: { rule: { event: "view", within: { minutes: 10 }, op: "gte", value: 1 } },
    newcomer: { rule: { event: "buy", op: "eq", value: 0 } },
    pro: { rule: { trait: "plan", op: "eq", value: "pro" } },
    secret: { rule: { event: "view", op: "gte", value: 3 } },
    insider: { rule: { all: [{ segment: "secret" }, { segment: "viewer" }] } },
    anna: { members: ["anna"] },
  },
};

export interface Rig {
  clock: FakeClock;
  edge: ModelEdge;
  streams: ModelStreams;
  disk: MemoryStore;
  browser: MemoryBrowser;
  problems: ClientProblem[];
  /** Opens a tab on this disk and edge, where not told otherwise with the browser's clock. */
  open(options?: Partial<ClientOptions>, disk?: Store, device?: Clock): Client;
}

/** A client's surroundings in memory, with a clock that goes only when told to. */
export function createRig(options: Partial<ModelOptions> = {}): Rig {
  const clock = new FakeClock();
  const edge = new ModelEdge({ ruleset: RULESET, given: ["secret"], now: () => clock.now(), ...options });
  const streams = new ModelStreams(edge);
  const disk = new MemoryStore();
  const problems: ClientProblem[] = [];
  const browser = new MemoryBrowser();
  const open: Rig["open"] = (changed = {}, on = disk, device = clock) =>
    createClientIn(
      {
        clock: device,
        disk: on,
        tabs: browser.open(),
        fetch: edge.fetch,
        listen: streams.listen,
        random: () => 0.5,
        bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      },
      { key: "mst_pub_test", endpoint: "", onError: (problem) => problems.push(problem), ...changed },
    );
  return { clock, edge, streams, disk, browser, problems, open };
}

/** The keys of the segments that the client says its user is in. */
export function membersOf(client: Client): string[] {
  return [...client.memberships()].flatMap(([key, { member }]) => (member ? [key] : [])).sort();
}
