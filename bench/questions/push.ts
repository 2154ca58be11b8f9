import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Edge, startEdge } from "@muster/edge/dev";
import { createClient } from "@muster/node";
import { at } from "../engine.ts";
import type { Heard, Order } from "../push/listeners.ts";
import { openPage } from "../push/page.ts";
import { median, show } from "../report.ts";

/** How long after an admin has changed a flag do SDKs decide otherwise, while a thousand others listen? */
const CONNECTIONS = 1_000;
const NODE_CLIENTS = 5;
const CHANGES = 20;
/** Ms between two changes. */
const PAUSE = 250;
const MOST = 200;

const wallClock = (): number => performance.timeOrigin + performance.now();

async function call<T>(edge: Edge, method: string, path: string, body: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${edge.adminKey}`, "content-type": "application/json" };
  const answer = await fetch(edge.url + path, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function makeKey(edge: Edge, kind: string): Promise<string> {
  return (await call<{ key: string }>(edge, "POST", "/v1/keys", { kind, name: kind })).key;
}

/** Answers when the admin has the answer. */
async function setFlag(edge: Edge, isOn: boolean): Promise<number> {
  const variations = { on: true, off: false };
  const flag = { type: "boolean", variations, enabled: true, off: "off", otherwise: isOn ? "on" : "off" };
  await call(edge, "PUT", "/v1/flags/promo", flag);
  return wallClock();
}

/** A client of the Node SDK, and when it came to decide otherwise. */
async function openNode(edge: Edge, key: string) {
  const client = createClient({ key, endpoint: edge.url, refresh: 3_600_000 });
  await client.ready;
  let value = client.value("promo", { userId: "ann" }, false);
  const seen: { value: boolean; at: number }[] = [];
  client.subscribe(() => {
    const next = client.value("promo", { userId: "ann" }, false);
    if (next === value) return;
    value = next;
    seen.push({ value, at: wallClock() });
  });
  return { seen: async () => seen, close: () => client.close() };
}

/** The waits from each answer of the admin to the decision that follows it. */
function waits(answered: readonly number[], seen: readonly { value: boolean; at: number }[]): number[] {
  const later = seen.slice(-answered.length);
  if (later.length < answered.length) throw new Error(`of ${answered.length} changes ${seen.length} arrived`);
  return answered.map((time, index) => Math.max(0, at(later, index).at - time));
}

function row(title: string, figures: readonly number[]): string {
  const sorted = [...figures].sort((a, b) => a - b);
  const p99 = at(sorted, Math.ceil(sorted.length * 0.99) - 1);
  return `| ${title} | ${show(median(sorted))} | ${show(p99)} |`;
}

/** A markdown table, and whether the goal holds. */
export async function answer(): Promise<string> {
  const edge = await startEdge();
  const child = fork(fileURLToPath(new URL("../push/listeners.ts", import.meta.url)));
  const order = async (message: Order): Promise<Heard> => {
    child.send(message);
    const [heard]: Heard[] = await once(child, "message");
    if (heard === undefined) throw new Error("no answer");
    return heard;
  };
  try {
    await setFlag(edge, false);
    const publishable = await makeKey(edge, "publishable");
    const secret = await makeKey(edge, "secret");
    await order({ listen: { url: edge.url, key: publishable, connections: CONNECTIONS } });
    const nodes = await Promise.all(Array.from({ length: NODE_CLIENTS }, () => openNode(edge, secret)));
    const page = await openPage(edge.url, publishable);
    await sleep(1_000);
    const answered: number[] = [];
    for (let change = 1; change <= CHANGES; change++) {
      answered.push(await setFlag(edge, change % 2 === 1));
      await sleep(PAUSE);
    }
    await sleep(1_000);
    const ofNode = (await Promise.all(nodes.map(async (node) => waits(answered, await node.seen())))).flat();
    const ofPage = waits(answered, await page.seen());
    const heard = await order({ report: true });
    if (!("last" in heard) || heard.counts.some((count) => count !== CONNECTIONS))
      throw new Error(`some did not hear: ${JSON.stringify(heard)}`);
    const ofLast = answered.map((time, change) => Math.max(0, at(heard.last, change) - time));
    await Promise.all([page.close(), ...nodes.map((node) => node.close())]);
    const holds = Math.max(median(ofNode), median(ofPage)) < MOST;
    return [
      `### Push: a flag is changed while ${CONNECTIONS.toLocaleString("en")} connections listen`,
      "",
      `| ms from the admin's answer, ${CHANGES} changes | median | p99 |`,
      "| --- | ---: | ---: |",
      row(`new decision of ${NODE_CLIENTS} Node SDKs`, ofNode),
      row("new decision of the browser SDK, in Chromium", ofPage),
      row("the last connection has heard", ofLast),
      "",
      `- the SDKs' medians; at most ${MOST} ms: ${holds ? "**holds**" : "**missed**"}`,
      "",
    ].join("\n");
  } finally {
    child.disconnect();
    await edge.stop();
  }
}
