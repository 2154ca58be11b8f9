import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Edge, startEdge } from "@muster/edge/dev";
import type { Rule } from "@muster/rules";
import { at } from "../engine.ts";
import { Random } from "../random.ts";
import { median, show } from "../report.ts";

/**
 * How many events a second go through the edge, with 100 active segments, and how many would if they were only
 * inserted? Both run in one workerd on one D1, over sockets.
 */
const SEGMENTS = 100;
const NAMES = 20;
/** Users that the edge knows before it is measured. */
const USERS = 500;
const ROUNDS = 9;
/** Requests that are open at the same time; no user is in two of them. */
const OPEN = 4;
/** What part of the bare insert the edge is to do at least. */
const LEAST = 0.5;
/** As long as such a state is. */
const STATE = "s".repeat(1_500);

interface Load {
  title: string;
  /** Requests a round. */
  requests: number;
  users: number;
  /** Events of each user in a request. */
  events: number;
}
const LOADS: readonly Load[] = [
  { title: "10 events of one user a request", requests: 200, users: 1, events: 10 },
  { title: "1,000 events of 100 users a request", requests: 12, users: 100, events: 10 },
];

const DAY = 86_400_000;

/** Mostly behaviour over windows: counts, sums, distinct values, sequences; beside it traits and references. */
function makeRule(index: number): Rule {
  const event = `event-${index % NAMES}`;
  const within = { days: 1 + (index % 30) };
  const kinds: Rule[] = [
    { event, within, op: "gte", value: 1 + (index % 7) },
    { event, within, where: { prop: "amount", op: "gte", value: 50 }, op: "gte", value: 2 },
    { event, within, op: "eq", value: 0 },
    { event, within, measure: { sum: "amount" }, op: "gt", value: 100 * (1 + (index % 9)) },
    { event, measure: "lastTime", op: "within", value: within },
    {
      sequence: [{ event }, { event: `event-${(index + 1) % NAMES}`, atMost: { hours: 1 } }],
      within: { days: 3 },
    },
    { event, op: "gte", value: 3 },
    { event, within: { calendar: "week" }, measure: "days", op: "gte", value: 3 },
    { trait: "level", op: "gte", value: index % 10 },
    { all: [{ segment: `s${index - 1}` }, { event, within, op: "gte", value: 2 }] },
  ];
  return at(kinds, index % kinds.length);
}

type Send = (path: string, body: string) => Promise<void>;

function connect(edge: Edge): Send {
  const headers = { authorization: `Bearer ${edge.adminKey}` };
  return async (path, body) => {
    const answer = await fetch(edge.url + path, { method: "POST", headers, body });
    const text = await answer.text();
    if (!answer.ok || text.includes('"refused"')) throw new Error(`${path}: ${answer.status} ${text}`);
  };
}

/** Makes the events of one request as operations, or as rows of the log of a profile that nobody else has. */
class Source {
  static #serial = 0;
  readonly #random = new Random(7);
  #user = 0;

  operations({ users, events }: Load): string {
    const ops = Array.from({ length: users }, () => {
      const userId = `u${this.#user++ % USERS}`;
      return Array.from({ length: events }, () => {
        const { id, name, ts, props } = this.#event();
        return { type: "track", id, name, ts, userId, props };
      });
    });
    return JSON.stringify({ ops: ops.flat() });
  }

  rows({ users, events }: Load, withStates: boolean): string {
    const profiles = Array.from({ length: users }, () => 2 ** 52 + (this.#user++ % USERS));
    const rows = profiles.flatMap((profile) =>
      Array.from({ length: events }, (_, seq) => {
        const { id, name, ts, props } = this.#event();
        return [profile, id, seq, name, ts, props, ts];
      }),
    );
    const states = withStates ? profiles.map((profile) => [profile, {}, STATE, Source.#serial]) : [];
    return `${JSON.stringify(rows)}\n${JSON.stringify(states)}`;
  }

  #event() {
    const name = `event-${this.#random.integer(0, NAMES - 1)}`;
    const ts = Date.now() - this.#random.integer(0, DAY);
    const props = {
      amount: this.#random.integer(1, 100),
      sku: `sku-${this.#random.integer(1, 500)}`,
      page: "/shop/lamps",
    };
    return { id: `0198a7c3-${String(Source.#serial++).padStart(20, "0")}`, name, ts, props };
  }
}

/** Events a second of one round, whose requests were made before. */
async function time(send: Send, path: string, bodies: readonly string[], events: number): Promise<number> {
  const start = performance.now();
  let next = 0;
  const work = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await send(path, body);
  };
  await Promise.all(Array.from({ length: OPEN }, work));
  return (bodies.length * events * 1_000) / (performance.now() - start);
}

async function measure(send: Send, load: Load): Promise<string> {
  const source = new Source();
  const side = (title: string, path: string, make: () => string) => ({
    title,
    path,
    make,
    figures: [] as number[],
  });
  const edge = side("through the edge", "/v1/batch", () => source.operations(load));
  const same = side("events and states, as many calls to D1", "/bare/2", () => source.rows(load, true));
  const others = [
    side("events alone, as many calls to D1", "/bare/2", () => source.rows(load, false)),
    side("events alone, one call to D1", "/bare/1", () => source.rows(load, false)),
  ];
  const sides = [edge, same, ...others];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { path, make, figures } of sides) {
      const bodies = Array.from({ length: load.requests }, make);
      const figure = await time(send, path, bodies, load.users * load.events);
      // The round before the first warms up.
      if (round > 0) figures.push(figure);
    }
  }
  const share = (figures: readonly number[]) =>
    median(edge.figures.map((figure, round) => figure / at(figures, round)));
  const ratio = share(same.figures);
  return [
    `### Ingest: ${load.title}`,
    "",
    `| ${SEGMENTS} active segments | events a second | the edge does |`,
    "| --- | ---: | ---: |",
    ...sides.map(
      ({ title, figures }) => `| ${title} | ${show(median(figures))} | × ${show(share(figures))} |`,
    ),
    "",
    `- the edge does ${show(ratio)} of what the bare insert of events and states does with as many calls; ` +
      `at least ${LEAST}: ${ratio >= LEAST ? "**holds**" : "**missed**"}`,
    "",
  ].join("\n");
}

/** Markdown tables, one for each load. */
export async function answer(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  const edge = await startEdge({ persistTo: folder, worker: "bench-worker.ts" });
  try {
    const send = connect(edge);
    for (let index = 0; index < SEGMENTS; index++) {
      const key = `s${index}`;
      const segment = { key, name: key, status: "active", rule: makeRule(index) };
      await send("/v1/segments", JSON.stringify(segment));
    }
    const first = new Source();
    for (let user = 0; user < USERS; user += 50) {
      await send("/v1/batch", first.operations({ title: "", requests: 1, users: 50, events: 20 }));
    }
    const tables: string[] = [];
    for (const load of LOADS) tables.push(await measure(send, load));
    return tables.join("\n");
  } finally {
    await edge.stop();
    await rm(folder, { recursive: true });
  }
}
