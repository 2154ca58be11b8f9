import { env } from "cloudflare:workers";
import { compile, LIMITS, type Rule } from "@muster/rules";
import { rebuild } from "@muster/rules/state";
import type { Acknowledgement, BatchResponse } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { identify, setTraits, TestEdge, track } from "../../test/edge.ts";

let edge: TestEdge;
beforeEach(async () => {
  edge = await TestEdge.create();
});

/** Keeps the notes of 30 days but for those of one text. */
const ruleBut = (value: string): Rule => ({
  event: "note",
  where: { prop: "text", op: "neq", value },
  within: { days: 30 },
  measure: { last: "text" },
  op: "contains",
  value: "end",
});
const rule = ruleBut("nothing");
const LENGTH = 30_000;

const note = (owner: object, text: string) => track(owner, "note", { props: { text } });
const notes = (owner: object, count: number) =>
  Array.from({ length: count }, () => note(owner, "n".repeat(LENGTH)));

/** What became of operations, sent as few at a time as a body holds. */
async function send(...ops: object[]): Promise<string[]> {
  const acks: Acknowledgement[] = [];
  for (let from = 0; from < ops.length; from += 30) {
    const { body } = await edge.call<BatchResponse>("POST", "/v1/batch", { ops: ops.slice(from, from + 30) });
    acks.push(...body.acks);
  }
  return acks.map((ack) => (ack.status === "refused" ? ack.problem.code : ack.status));
}

async function states(): Promise<(number | null)[]> {
  const { results } = await env.DB.prepare("select length(state) as size from profiles order by size").all<{
    size: number;
  }>();
  return results.map(({ size }) => size);
}

describe("a state has a bound (law 9)", () => {
  it.each([
    ["a character less", -1, "stored"],
    ["as many characters", 0, "stored"],
    ["a character more", 1, "state-full"],
  ])("and takes an event with which it has %s", async (_, more, status) => {
    await edge.segment("ended", rule);
    const plan = compile({ zone: "UTC", segments: { ended: { rule } } });
    const before = notes({ userId: "u" }, 33);
    const last = (length: number) => ({ ...before[0], id: "last", props: { text: "x".repeat(length) } });
    const sizeOf = (length: number) => {
      const events = [...before, last(length)].map((op) => ({ ...op, props: Object(op).props }));
      return JSON.stringify(rebuild(plan, events as never).save(edge.now)).length;
    };
    const length = LIMITS.state - sizeOf(0) + more;
    expect(await send(...before)).toEqual(Array(33).fill("stored"));
    expect(await send(last(length))).toEqual([status]);
    if (status === "stored") expect(await states()).toEqual([LIMITS.state + more]);
  });

  it("and what does not fit is refused by name, and nothing of it kept, while the rest goes on", async () => {
    await edge.segment("ended", rule);
    const u = { userId: "u" };
    expect(await send(...notes(u, 33))).toEqual(Array(33).fill("stored"));
    const tooMuch = note(u, "n".repeat(LENGTH));
    const ops = [note(u, "small"), tooMuch, note(u, "the end"), track(u, "other"), setTraits(u, { a: 1 })];
    const others = [note({ userId: "v" }, "the end"), tooMuch];
    const full = Array(3).fill("state-full");
    expect(await send(...ops, ...others)).toEqual(["stored", ...full, "stored", "stored", "state-full"]);
    expect(await edge.membersOf({ userId: "v" })).toEqual(["ended"]);
    expect(await edge.membersOf(u)).toEqual([]);
    const { results } = await env.DB.prepare("select id from events where id = ?").bind(tooMuch.id).all();
    expect(results).toEqual([]);
    edge.now += 32 * 86_400_000;
    expect(await send(tooMuch)).toEqual(["stored"]);
  });

  it("and a new user whose first event is too much for it leaves nothing behind", async () => {
    for (let index = 0; index < 40; index++) await edge.segment(`s${index}`, ruleBut(`end${index}`));
    expect(
      await send(note({ userId: "new" }, "n".repeat(LENGTH)), setTraits({ userId: "w" }, { a: 1 })),
    ).toEqual(["state-full", "stored"]);
    const { results } = await env.DB.prepare("select value from identities").all();
    expect(results).toEqual([{ value: "w" }]);
    expect(await states()).toHaveLength(1);
  });
});

describe("a state that definitions or a union make larger", () => {
  const end = { type: "track", id: "z", name: "note", props: { text: "the end" } };

  it("is not kept: the log answers, the user's further events wait, and time makes room", async () => {
    const u = { userId: "u" };
    await send(...notes(u, 40), { ...end, ...u, ts: edge.now - 1 });
    await edge.segment("ended", rule);
    expect(await states()).toEqual([0]);
    expect(await edge.listed("ended")).toEqual(["u"]);
    expect(await edge.membersOf(u)).toEqual(["ended"]);
    expect(await send(note(u, "more"), setTraits(u, { a: 1 }))).toEqual(["state-full", "stored"]);
    edge.now += 30 * 86_400_000;
    await edge.runScheduled();
    expect(await edge.listed("ended")).toEqual([]);
    edge.now += 2 * 86_400_000;
    expect(await send(note(u, "the end"))).toEqual(["stored"]);
    expect(await edge.membersOf(u)).toEqual([]);
  });

  it("stays right where two users are one", async () => {
    await edge.segment("ended", rule);
    await send(...notes({ userId: "u" }, 30), ...notes({ anonymousId: "a" }, 30));
    await send({ ...end, anonymousId: "a", ts: edge.now - 1 });
    expect(await send(identify("a", "u"))).toEqual(["stored"]);
    expect(await states()).toEqual([0]);
    expect(await edge.membersOf({ userId: "u" })).toEqual(["ended"]);
    expect((await edge.sync({ anonymousId: "a", userId: "u" })).memberships.ended?.member).toBe(true);
  });
});
