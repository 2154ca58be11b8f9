import { link, type Ruleset } from "@muster/rules";
import { compileDecisions } from "@muster/rules/decisions";
import type { RulesetEvent } from "@muster/rules/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "./index.ts";
import { Peer } from "./testing/peer.ts";

let peer: Peer;
let client: Client;

const plan = (value: string): Ruleset => ({
  zone: "UTC",
  segments: { it: { rule: { trait: "plan", op: "eq", value } } },
});
const PRO = { traits: { plan: "pro" } };
const member = () => client.decide("it", PRO).member;

beforeEach(async () => {
  peer = await new Peer().start();
  peer.ruleset = plan("pro");
  // It is asked once, and then only where a stream says so.
  client = createClient({ key: "mst_sec_1", endpoint: peer.url, refresh: 3_600_000, onError: () => {} });
  await client.ready;
  await expect.poll(() => peer.streams.length).toBe(1);
});
afterEach(async () => {
  await client.close();
  await peer.stop();
});

let serial = 0;
function say(event: Partial<RulesetEvent>, id = ++serial): void {
  const data = JSON.stringify({ version: peer.version, ruleset: null, after: null, ...event });
  peer.streams.at(-1)?.write(`event: ruleset\nid: ${id}\ndata: ${data}\n\n`);
}
const shipped = (version: string, ruleset: Ruleset) => ({
  version,
  program: link(ruleset),
  decisions: compileDecisions({}).table,
});

test("what is pushed decides, without a request", async () => {
  say({});
  say({ version: "2", ruleset: shipped("2", plan("free")), after: "1" });
  await expect.poll(member).toBe(false);
  expect(peer.count("/v1/ruleset")).toBe(1);
});

test("what does not follow on what is here is asked for, and so is what is only announced", async () => {
  peer.ruleset = plan("free");
  peer.version = "3";
  say({ version: "2", ruleset: shipped("2", plan("other")), after: "1.5" });
  await expect.poll(member).toBe(false);
  peer.ruleset = plan("pro");
  peer.version = "4";
  say({ after: "3" });
  await expect.poll(member).toBe(true);
  expect(peer.count("/v1/ruleset")).toBe(3);
});

test("answers of the edge are forgotten where only what it keeps to itself has changed", async () => {
  peer.evaluate = () => ({ hers: { member: true, until: null } });
  say({}, 7);
  const ann = { userId: "ann" };
  expect(await client.isMember("hers", ann)).toBe(true);
  expect(client.decide("hers", ann).reason).toBe("cached");
  say({}, 8);
  await expect.poll(() => client.decide("hers", ann).reason).toBe("unknown");
  expect(peer.count("/v1/ruleset")).toBe(1);
});

test("a stream that ends or talks rubbish is begun anew, and what was missed is asked for", async () => {
  peer.streams.at(-1)?.destroy();
  await expect.poll(() => peer.streams.length).toBe(2);
  peer.streams.at(-1)?.write("event: ruleset\ndata: {]\n\n");
  await expect.poll(() => peer.streams.length).toBe(3);
  peer.ruleset = plan("free");
  peer.version = "2";
  say({});
  await expect.poll(member).toBe(false);
});

test("a client that is closed listens no longer", async () => {
  const closed = new Promise((resolve) => peer.streams.at(-1)?.once("close", resolve));
  await client.close();
  await closed;
});
