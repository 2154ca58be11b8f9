import type { Membership } from "@muster/rules";
import { expect, test } from "vitest";
import { type Answers, EdgeAnswers } from "./answers.ts";
import { BOUNDS } from "./bounds.ts";
import { LruMap } from "./lru.ts";
import type { UserRef } from "./user.ts";

/** An edge in whose answers everybody is a member; it answers when `release` is called. */
function createEdge() {
  const requests: (readonly string[] | null)[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const request = async (_: UserRef, keys: readonly string[] | null) => {
    requests.push(keys);
    await gate;
    const answers: Answers<Membership> = new Map(
      (keys ?? ["a"]).map((key) => [key, { member: true, until: null }]),
    );
    return { now: 0, answers };
  };
  return { requests, release: () => release(), options: { request, unknown: NOBODY, maxAge: 60_000 } };
}

const NOBODY: Membership = { member: false, until: null };
const ANN = { userId: "ann" };

test("who asks while an answer is on its way waits for that one", async () => {
  const edge = createEdge();
  const answers = new EdgeAnswers(edge.options);
  const first = answers.ask(ANN, ["a", "b"]);
  await Promise.resolve();
  const second = answers.ask(ANN, ["b", "c"]);
  edge.release();
  expect([...(await first).keys()]).toEqual(["a", "b"]);
  expect((await second).get("c")).toEqual({ member: true, until: null });
  expect(edge.requests).toEqual([["a", "b"], ["c"]]);
});

test("an answer that was on its way when the user was forgotten is given, and not remembered", async () => {
  const edge = createEdge();
  const answers = new EdgeAnswers(edge.options);
  const asked = answers.ask(ANN, ["a"]);
  answers.forget(ANN);
  edge.release();
  expect((await asked).get("a")?.member).toBe(true);
  expect(answers.peek(ANN, "a")).toBeUndefined();
  await answers.ask(ANN, ["a"]);
  expect(answers.peek(ANN, "a")).toEqual({ member: true, until: null });
  answers.forget({ userId: "bob", anonymousId: "d1" });
  expect(answers.peek(ANN, "a")).toBeDefined();
  answers.clear();
  expect(answers.peek(ANN, "a")).toBeUndefined();
});

test("a failed request is not remembered", async () => {
  const edge = createEdge();
  edge.release();
  let broken = true;
  const { request } = edge.options;
  const answers = new EdgeAnswers({
    ...edge.options,
    request: (...asked) => (broken ? Promise.reject(new Error("down")) : request(...asked)),
  });
  await expect(answers.ask(ANN, ["a"])).rejects.toThrow("down");
  broken = false;
  expect((await answers.ask(ANN, ["a"])).get("a")?.member).toBe(true);
});

test("more segments than one request may name are asked for in several", async () => {
  const edge = createEdge();
  edge.release();
  const answers = new EdgeAnswers(edge.options);
  const keys = Array.from({ length: 1_001 }, (_, index) => `s${index}`);
  expect((await answers.ask(ANN, keys)).size).toBe(1_001);
  expect(edge.requests.map((keys) => keys?.length)).toEqual([1_000, 1]);
  // The bound of one user's answers: the oldest one is gone.
  expect(BOUNDS.answers).toBe(1_000);
  expect(answers.peek(ANN, "s0")).toBeUndefined();
  expect(answers.peek(ANN, "s1")).toBeDefined();
});

test("user ids and anonymous ids of the same text are different users", async () => {
  const edge = createEdge();
  edge.release();
  const answers = new EdgeAnswers(edge.options);
  await answers.ask({ userId: "x" }, ["a"]);
  expect(answers.peek({ anonymousId: "x" }, "a")).toBeUndefined();
  await expect(answers.ask({}, ["a"])).rejects.toMatchObject({ code: "user-missing" });
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  await expect(answers.ask({ userId: "x", traits: loop }, ["a"])).rejects.toMatchObject({
    code: "bad-traits",
  });
});

test("a map of bounded size forgets what was used least recently", () => {
  const map = new LruMap<number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
  map.set("c", 4);
  map.delete("a");
  expect([map.get("a"), map.get("c"), map.size]).toEqual([undefined, 4, 1]);
});
