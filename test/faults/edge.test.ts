import { setTimeout as wait } from "node:timers/promises";
import { createdKey, evaluateResponse, refreshProgress } from "@muster/rules/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { callEdge } from "../../examples/shop/server/call-edge.ts";
import { readBook } from "./edge/book.ts";
import { expectSound, expectStatesOfLog, isCommitted } from "./edge/checks.ts";
import { Load } from "./edge/load.ts";
import { type MortalEdge, startMortalEdge } from "./edge/mortal-edge.ts";
import { judge } from "./edge/oracle.ts";
import { FIRST_KEYS, LATER_KEYS, RULES } from "./edge/segments.ts";
import { Senders, type Target } from "./edge/senders.ts";
import { readD1, waitForWrite } from "./harness/d1-file.ts";
import { choices, SEED, say } from "./harness/say.ts";
import { makeScratch, removeScratch } from "./harness/scratch.ts";
import { WAIT } from "./harness/wait.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ROUNDS = 8;
/** Requests under way at a time. */
const SENDERS = 6;
/** How many answers a round waits for, and how many ms more: every other one kills in the middle of a write instead. */
const ANSWERS = { least: 5, most: 25 };
const MOST_DELAY = 6;

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

/** Defines a segment, where it is not there yet. */
async function define(key: string): Promise<void> {
  const reader = { parse: () => true };
  if (await callEdge(edge, reader, `/v1/segments/${key}`)) return;
  await callEdge(edge, reader, "/v1/segments", { key, name: key, rule: RULES[key], status: "active" });
}

async function makeKey(): Promise<string> {
  const made = await callEdge(edge, createdKey, "/v1/keys", { kind: "publishable", name: "browsers" });
  return made?.key ?? "";
}

/** Waits until so many more requests are acknowledged. */
async function waitForAnswers(senders: Senders, number: number): Promise<void> {
  const goal = senders.acknowledged.length + number;
  const count = () => senders.acknowledged.length;
  await expect.poll(count, WAIT).toBeGreaterThanOrEqual(goal);
}

/** Does the cron's work until nothing is left of it. */
async function refresh(): Promise<void> {
  const step = async () => {
    const progress = await callEdge(edge, refreshProgress, "/v1/refresh", {});
    return [progress?.outdated, progress?.due];
  };
  await expect.poll(step, WAIT).toEqual([0, 0]);
}

/** What the edge says of a user, now or as the log has it for an instant before. */
async function ask(owner: string, at?: number): Promise<Record<string, boolean>> {
  const who = owner.startsWith("user") ? { userId: owner } : { anonymousId: owner };
  const said = await callEdge(edge, evaluateResponse, "/v1/evaluate", {
    ...who,
    ...(at !== undefined && { at }),
  });
  return Object.fromEntries(
    Object.entries(said?.memberships ?? {}).map(([key, { member }]) => [key, member]),
  );
}

test("law 4: workerd killed under load tears nothing, loses nothing acknowledged, keeps nothing twice", async () => {
  const random = choices();
  const load = new Load(choices(), Date.now());
  const senders = new Senders(load);
  for (const key of FIRST_KEYS) await define(key);
  const publishable = await makeKey();
  const target = (): Target => ({
    url: edge.url,
    keys: { "/v1/batch": edge.adminKey, "/v1/sync": publishable },
  });
  let [broken, committed, states] = [0, 0, 0];

  for (let round = 0; round < ROUNDS; round++) {
    const sending = senders.send(target(), SENDERS, () => false);
    await waitForAnswers(senders, random.integer(ANSWERS.least, ANSWERS.most));
    // In some rounds the edge dies while it gives its users the series of another segment.
    const later = LATER_KEYS[round - 2];
    const defining = later !== undefined ? define(later).catch(() => {}) : undefined;
    await (round % 2 === 0 ? wait(random.integer(0, MOST_DELAY)) : waitForWrite(folder));
    await edge.kill();
    await defining;
    const open = await sending;
    const book = await readD1(folder, readBook);
    expectSound(book, senders.acknowledged);
    states += expectStatesOfLog(book);
    broken += open.length;
    committed += open.filter((request) => isCommitted(book, request)).length;
    edge = await startMortalEdge(folder, edge.adminKey);
  }

  for (const key of LATER_KEYS) await define(key);
  expect(await senders.send(target(), SENDERS, () => true)).toEqual([]);
  await refresh();
  await edge.stop();
  const book = await readD1(folder, readBook);
  expectSound(book, senders.acknowledged);
  expect(expectStatesOfLog(book)).toBe(book.profiles.length);
  expect(book.copies.size).toBe(load.operations.size);

  edge = await startMortalEdge(folder, edge.adminKey);
  const now = Date.now();
  const judged = judge(load, now);
  expect(book.profiles.map(({ owner }) => owner).sort()).toEqual([...judged.keys()].sort());
  for (const { owner, segments } of book.profiles) {
    const memberships = judged.get(owner);
    const stored = Object.keys(RULES).map((key) => [key, segments.includes(key)]);
    expect(Object.fromEntries(stored), owner).toEqual(memberships);
    expect(await ask(owner), owner).toEqual(memberships);
    expect(await ask(owner, now - 1_000), owner).toEqual(memberships);
  }
  say(
    "edge killed",
    `${ROUNDS} kills, ${broken} requests broke off (${committed} committed, ${broken - committed} not, 0 torn), ` +
      `${senders.acknowledged.length} acknowledged with ${load.operations.size} operations, ` +
      `${book.copies.size} in the log, 0 twice; ${states + book.profiles.length} states as the log gives them; ` +
      `${judged.size} users as the whole-list evaluator says (seed ${SEED})`,
  );
});
