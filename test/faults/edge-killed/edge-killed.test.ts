import { setTimeout as wait } from "node:timers/promises";
import { createdKey, evaluateResponse } from "@muster/rules/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callEdge } from "../../../examples/shop/server/call-edge.ts";
import { readD1 } from "../harness/d1-file.ts";
import { choices, SEED, say } from "../harness/say.ts";
import { makeScratch, removeScratch } from "../harness/scratch.ts";
import { type Book, readBook } from "./book.ts";
import { Load, type LoadRequest } from "./load.ts";
import { type MortalEdge, startMortalEdge } from "./mortal-edge.ts";
import { judge } from "./oracle.ts";
import { RULES } from "./segments.ts";
import { Senders, type Target } from "./senders.ts";

const ROUNDS = 8;
/** Requests under way at a time. */
const SENDERS = 6;
/** How many answers a round waits for before the kill, and how many ms more. */
const ANSWERS = { least: 10, most: 40 };
const MOST_DELAY = 12;

let folder: string;
let edge: MortalEdge;

beforeEach(async () => {
  folder = await makeScratch();
  edge = await startMortalEdge(folder);
});
afterEach(async () => {
  await edge.stop();
  await removeScratch(folder);
});

async function define(): Promise<string> {
  for (const [key, rule] of Object.entries(RULES)) {
    const segment = { key, name: key, rule, status: "active" };
    await callEdge(edge, { parse: () => true }, "/v1/segments", segment);
  }
  const made = await callEdge(edge, createdKey, "/v1/keys", { kind: "publishable", name: "browsers" });
  return made?.key ?? "";
}

/** Waits until so many more requests are acknowledged. */
async function waitForAnswers(senders: Senders, number: number): Promise<void> {
  const goal = senders.acknowledged.length + number;
  await expect
    .poll(() => senders.acknowledged.length, { interval: 1, timeout: 15_000 })
    .toBeGreaterThanOrEqual(goal);
}

/** Of a request that broke off, the log holds all or nothing; gives whether all. */
function isCommitted({ copies }: Book, { fresh }: LoadRequest): boolean {
  const held = fresh.filter((id) => copies.has(id)).length;
  expect([0, fresh.length]).toContain(held);
  return held > 0;
}

function expectWhole(book: Book, acknowledged: readonly LoadRequest[]): void {
  const { integrity, orphans, unaccounted, copies } = book;
  expect({ integrity, unaccounted }).toEqual({ integrity: "ok", unaccounted: 0 });
  expect(Object.entries(orphans).filter(([, number]) => number > 0)).toEqual([]);
  expect([...copies].filter(([, number]) => number !== 1)).toEqual([]);
  expect(acknowledged.flatMap(({ fresh }) => fresh.filter((id) => !copies.has(id)))).toEqual([]);
}

test("law 4: workerd killed under load tears nothing, loses nothing acknowledged, keeps nothing twice", async () => {
  const random = choices();
  const load = new Load(random, Date.now());
  const senders = new Senders(load);
  const publishable = await define();
  const target = (): Target => ({
    url: edge.url,
    keys: { "/v1/batch": edge.adminKey, "/v1/sync": publishable },
  });
  let [broken, committed] = [0, 0];

  for (let round = 0; round < ROUNDS; round++) {
    const sending = senders.send(target(), SENDERS, () => false);
    await waitForAnswers(senders, random.integer(ANSWERS.least, ANSWERS.most));
    await wait(random.integer(0, MOST_DELAY));
    await edge.kill();
    const open = await sending;
    const book = await readD1(folder, readBook);
    expectWhole(book, senders.acknowledged);
    broken += open.length;
    committed += open.filter((request) => isCommitted(book, request)).length;
    edge = await startMortalEdge(folder, edge.adminKey);
  }

  expect(await senders.send(target(), SENDERS, () => true)).toEqual([]);
  await edge.stop();
  const book = await readD1(folder, readBook);
  expectWhole(book, senders.acknowledged);
  expect(book.copies.size).toBe(load.operations.size);

  edge = await startMortalEdge(folder, edge.adminKey);
  const judged = judge(load, Date.now());
  expect([...book.members.keys()].sort()).toEqual([...judged.keys()].sort());
  for (const [owner, memberships] of judged) {
    const who = owner.startsWith("user") ? { userId: owner } : { anonymousId: owner };
    const said = await callEdge(edge, evaluateResponse, "/v1/evaluate", who);
    const answers = Object.entries(said?.memberships ?? {}).map(([key, { member }]) => [key, member]);
    expect(Object.fromEntries(answers), owner).toEqual(memberships);
    const stored = Object.keys(RULES).map((key) => [key, book.members.get(owner)?.includes(key)]);
    expect(Object.fromEntries(stored), owner).toEqual(memberships);
  }
  say(
    "edge killed",
    `${ROUNDS} kills, ${broken} requests broke off (${committed} committed, ${broken - committed} not, 0 torn), ` +
      `${senders.acknowledged.length} acknowledged with ${load.operations.size} operations, ` +
      `${book.copies.size} in the log, 0 twice; ${judged.size} users as the whole-list evaluator says (seed ${SEED})`,
  );
});
