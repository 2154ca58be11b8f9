import fc from "fast-check";
import { expect, test } from "vitest";
import { createRig, membersOf, type Rig } from "../test/rig.ts";
import { BACKOFF_MS, REQUEST_MS, TOKEN_LENGTH } from "./bounds.ts";
import type { ClientOptions } from "./options.ts";

type Token = NonNullable<ClientOptions["token"]>;

/** A token as the model edge reads it: no more than whom it is about, and which one it is. */
const tokenOf = (userId: string, serial = 0): string => `h.${userId}.${serial}`;

interface Guarded extends Rig {
  /** For each request that was let in: whom its token is about, and whose operations it brought, as the edge knows then. */
  sent: { about: string | null; users: (string | null)[] }[];
  refused: string[];
  /** Tokens that the edge does not take any more. */
  expired: Set<string>;
}

/** A rig whose edge lets a user be named only with that user's token. */
function createGuarded(): Guarded {
  const rig = createRig();
  const guarded: Guarded = { ...rig, sent: [], refused: [], expired: new Set() };
  /** Who visitors have turned out to be. */
  const identified = new Map<string | undefined, string | undefined>();
  rig.edge.intercept = ({ userId, ops }) => {
    const { token } = rig.edge;
    const about = token === null ? null : (token.split(".")[1] ?? "");
    const named = [userId, ...ops.map((op) => op.userId)].filter((one) => one != null);
    const isExpired = token !== null && guarded.expired.has(token);
    if (!isExpired && named.every((one) => one === about)) {
      for (const op of ops) if (op.type === "identify") identified.set(op.anonymousId, op.userId);
      const ownerOf = (op: (typeof ops)[number]) =>
        op.userId ?? (identified.get(op.anonymousId) === about ? about : null);
      guarded.sent.push({ about, users: [...new Set(ops.map(ownerOf))] });
      return undefined;
    }
    const code = token === null ? "identity-required" : "identity-invalid";
    guarded.refused.push(code);
    return Response.json({ code, detail: "as told" }, { status: 401 });
  };
  return guarded;
}

test("a visitor needs no token, and none is asked for", async () => {
  const { edge, sent, open } = createGuarded();
  let asked = 0;
  const client = open({ token: () => tokenOf(`${++asked}`) });
  await client.track("view");
  await client.flush();
  expect([asked, edge.taken.length, client.status.pending]).toEqual([0, 1, 0]);
  expect(sent).toEqual([{ about: null, users: [null] }]);
});

test("who logs in is shown by a token, which is kept; what came before goes without it", async () => {
  const { sent, refused, open } = createGuarded();
  const asked: string[] = [];
  const client = open({
    async token(userId) {
      asked.push(userId);
      return tokenOf(userId);
    },
  });
  void client.track("view");
  void client.identify("anna");
  void client.track("view");
  await client.flush();
  void client.track("view");
  await client.flush();
  expect(asked).toEqual(["anna"]);
  expect(sent).toEqual([
    { about: null, users: [null] },
    { about: "anna", users: ["anna"] },
    { about: "anna", users: ["anna"] },
  ]);
  expect(client.membership("viewer")).toMatchObject({ member: true, source: "edge" });
  expect(membersOf(client)).toContain("anna");
  expect([refused.length, client.status.mismatches]).toEqual([0, 0]);
});

test("what several users left on a device goes in requests of their own, and the one who is here keeps their past", async () => {
  const { edge, sent, refused, open } = createGuarded();
  const client = open({ token: (userId) => tokenOf(userId) });
  await client.ready;
  void client.track("view");
  void client.identify("anna");
  void client.track("view");
  void client.reset();
  void client.track("view");
  void client.identify("bob", { plan: "pro" });
  void client.track("buy");
  await client.flush();
  expect(refused).toEqual([]);
  for (const { about, users } of sent) expect(users).toEqual(users.length > 0 ? [about] : []);
  expect([edge.taken.length, client.status.pending]).toEqual([6, 0]);
  expect(client.membership("pro")).toMatchObject({ member: true, source: "edge" });
  expect(client.isMember("viewer")).toBe(false);
  expect(edge.evaluate({ userId: "anna", anonymousId: "" }).viewer?.member).toBe(true);
});

test("without a token what is a user's waits and is tried again; everything else goes on", async () => {
  const { clock, edge, problems, refused, open } = createGuarded();
  let isDown = true;
  let asked = 0;
  const client = open({
    async token(userId) {
      asked++;
      if (isDown) throw new Error("backend down");
      return tokenOf(userId);
    },
  });
  void client.identify("anna");
  void client.track("view");
  await client.flush();
  void client.reset();
  void client.track("buy");
  await client.flush();
  expect(edge.taken.map((op) => op.type === "track" && op.name)).toEqual(["buy"]);
  expect(client.membership("newcomer")).toMatchObject({ member: false, ready: true });
  await clock.pass(BACKOFF_MS.most);
  const after = asked;
  expect(after).toBeGreaterThan(3);
  await clock.pass(3_600_000);
  expect(asked - after).toBeLessThan(40);
  expect(client.status).toMatchObject({ pending: 2, parked: 0 });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([["no-token", "token"]]);
  isDown = false;
  await clock.pass(BACKOFF_MS.most);
  expect(client.status).toMatchObject({ pending: 0, parked: 0, mismatches: 0 });
  expect([edge.taken.length, refused.length]).toEqual([3, 0]);
});

test("a token that does not come keeps nobody else waiting, and is asked for again", async () => {
  const { clock, edge, open } = createGuarded();
  let asked = 0;
  const client = open({
    token: (userId) => (++asked === 1 ? new Promise(() => {}) : tokenOf(userId)),
  });
  void client.identify("anna");
  await client.ready;
  await clock.pass(1_000);
  void client.reset();
  void client.track("buy");
  await clock.pass(1_000);
  expect([asked, edge.taken.length, client.status.pending]).toEqual([1, 1, 1]);
  await clock.pass(REQUEST_MS + BACKOFF_MS.first);
  expect([asked, edge.taken.length, client.status.pending]).toEqual([2, 2, 0]);
});

test("a token that has expired is replaced at once, and nobody is told", async () => {
  const { expired, refused, problems, open } = createGuarded();
  let serial = 0;
  const client = open({ token: (userId) => tokenOf(userId, ++serial) });
  void client.identify("anna");
  await client.flush();
  for (let n = 1; n <= 3; n++) {
    expired.add(tokenOf("anna", n));
    void client.track("view");
    await client.flush();
    expect([serial, refused.length, client.status.pending]).toEqual([n + 1, n, 0]);
  }
  expect(problems).toEqual([]);
});

test("tokens that the edge never takes are asked for twice at once, and then ever more seldom", async () => {
  const { clock, refused, problems, open } = createGuarded();
  let asked = 0;
  const client = open({
    token() {
      asked++;
      return tokenOf("eve");
    },
  });
  void client.identify("anna");
  await client.flush();
  expect([asked, refused.length]).toEqual([2, 2]);
  await clock.pass(3_600_000);
  expect(refused.length).toBeLessThan(50);
  expect(problems.map(({ code, detail }) => [code, detail])).toEqual([["no-token", "as told"]]);
  expect(client.status).toMatchObject({ pending: 1, parked: 0 });
});

test.each<[string, () => unknown]>([
  ["nothing", () => undefined],
  ["a number", () => 7],
  ["what no header can carry", () => "a.b.c\r\nx: y"],
  ["no JWT", () => "mst_pub_1"],
  ["more than the edge takes", () => `a.${"b".repeat(TOKEN_LENGTH)}.c`],
  [
    "an error",
    () => {
      throw { toString: null };
    },
  ],
])("an application that gives %s for a token is told so, and no request is made with it", async (_, give) => {
  const { edge, problems, open } = createGuarded();
  const token: unknown = give;
  const client = open({ token: token as Token });
  void client.identify("anna");
  await client.flush();
  expect(edge.requests).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(["no-token"]);
  expect(client.status).toMatchObject({ pending: 1, parked: 0 });
});

test("an application that has no tokens where they are required is told so, and loses nothing", async () => {
  const { clock, problems, edge, open } = createGuarded();
  const client = open();
  void client.identify("anna");
  await client.flush();
  await clock.pass(3_600_000);
  expect(problems).toEqual([{ code: "unauthorized", path: "", detail: "as told" }]);
  expect([client.status.pending, client.status.parked, edge.taken.length]).toEqual([1, 0, 0]);
});

test("the tab that talks to the edge asks for all", async () => {
  const { edge, open } = createGuarded();
  const first = open({ token: (userId) => tokenOf(userId) });
  await first.flush();
  const second = open({
    token() {
      throw new Error("not asked");
    },
  });
  await second.ready;
  await second.identify("anna");
  await second.flush();
  expect([edge.taken.length, second.status.pending]).toEqual([1, 0]);
});

/** What happens at a device. */
const STEPS = fc.oneof(
  fc.record({ do: fc.constantFrom("anna", "bob", "reset", "track", "flush", "expire") }),
  fc.record({ do: fc.constant("backend"), isDown: fc.boolean() }),
  fc.record({ do: fc.constant("network"), isDown: fc.boolean() }),
  fc.record({ do: fc.constant("pass"), ms: fc.integer({ min: 1, max: 120_000 }) }),
);

test("whoever comes and goes while backend and network fail: each request is one user's, and all arrives once (law 4)", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEPS, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { clock, edge, sent, refused, expired, open } = createGuarded();
      const state = { isBackendDown: false, isNetworkDown: false, serial: 0, done: 0 };
      const { intercept } = edge;
      edge.intercept = (request) => {
        if (state.isNetworkDown) throw new TypeError("no network");
        return intercept(request);
      };
      edge.deliver = () => {
        if (state.isNetworkDown) throw new TypeError("connection lost");
      };
      const client = open({
        async token(userId) {
          if (state.isBackendDown) throw new Error("backend down");
          return tokenOf(userId, state.serial);
        },
      });
      await client.ready;
      for (const step of steps) {
        if (step.do === "backend" && "isDown" in step) state.isBackendDown = step.isDown;
        else if (step.do === "network" && "isDown" in step) state.isNetworkDown = step.isDown;
        else if ("ms" in step) await clock.pass(step.ms);
        else if (step.do === "expire") {
          for (const user of ["anna", "bob"]) expired.add(tokenOf(user, state.serial));
          state.serial++;
        } else if (step.do === "flush") await Promise.race([client.flush(), clock.pass(REQUEST_MS)]);
        else if (step.do === "reset") void client.reset();
        else if (step.do === "track") void client.track("view", { n: ++state.done });
        else void client.identify(step.do);
      }
      Object.assign(state, { isBackendDown: false, isNetworkDown: false });
      await clock.pass(2 * BACKOFF_MS.most);
      await client.flush();
      expect(client.status).toMatchObject({ pending: 0, parked: 0, dropped: 0, mismatches: 0 });
      const views = edge.taken.flatMap((op) => (op.type === "track" ? [op.props.n] : []));
      expect(views.sort((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: state.done }, (_, n) => n + 1),
      );
      for (const { about, users } of sent) expect(users.every((user) => user === about)).toBe(true);
      // Only what had expired was refused: no request was ever wrong about its user.
      expect(refused.every((code) => code === "identity-invalid")).toBe(true);
      expect(sent.length + refused.length).toBeLessThan(300);
      await client.close();
    }),
    { numRuns: 300 },
  );
}, 120_000);
