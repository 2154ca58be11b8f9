import type { SyncRequest } from "@muster/rules/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { heldFrom, identify, setTraits, TestEdge, track, watchCalls } from "../../test/edge.ts";
import { createSigner, requireIdentity, type Signer, syncAs } from "../../test/identity.ts";

let edge: TestEdge;
let backend: Signer;
beforeEach(async () => {
  edge = await TestEdge.create();
  await edge.segment("buyer", { event: "buy", op: "gte", value: 1 });
  await edge.segment("viewer", { event: "view", op: "gte", value: 1 });
  backend = await createSigner(edge);
  await edge.batch(identify("ann-phone", "ann"), track({ userId: "ann" }, "buy"));
});

const asAnn = (token: string | null) => syncAs(edge, token, { anonymousId: "phone-2", userId: "ann" });

describe("where nothing is required", () => {
  it("a browser is whom it says that it is, and a token is not looked at", async () => {
    expect(await asAnn(null)).toMatchObject({ status: 200, members: ["buyer"] });
    expect(await asAnn("garbage")).toMatchObject({ status: 200, members: ["buyer"] });
  });
});

describe("where identity is required", () => {
  beforeEach(() => requireIdentity(edge));

  it("a user's own token opens what is theirs, and lets them write", async () => {
    const token = await backend.sign("ann");
    expect(await asAnn(token)).toMatchObject({ status: 200, members: ["buyer"] });
    const op = track({ userId: "ann", anonymousId: "phone-2" }, "view");
    const { fates, members } = await syncAs(edge, token, {
      anonymousId: "phone-2",
      userId: "ann",
      ops: [op],
    });
    expect([fates, members]).toEqual([["stored"], ["buyer", "viewer"]]);
    expect(await edge.membersOf({ userId: "ann" })).toEqual(["buyer", "viewer"]);
  });

  it("a visitor goes on without, becomes a user with a token, and takes the past along", async () => {
    const anonymousId = "guest";
    const seen = await syncAs(edge, null, { anonymousId, ops: [track({ anonymousId }, "view")] });
    expect(seen).toMatchObject({ status: 200, fates: ["stored"], members: ["viewer"] });
    const login = { anonymousId, userId: "bob", ops: [identify(anonymousId, "bob")] };
    expect(await syncAs(edge, null, login)).toMatchObject({ status: 401, code: "identity-required" });
    expect(await edge.membersOf({ userId: "bob" })).toEqual([]);
    const token = await backend.sign("bob");
    expect(await syncAs(edge, token, login)).toMatchObject({ fates: ["stored"], members: ["viewer"] });
  });

  it.each<[string, Partial<SyncRequest> & { ops?: never[] }, unknown[]]>([
    ["reads", { userId: "ann" }, []],
    ["tracks", {}, [track({ userId: "ann", anonymousId: "x" }, "view")]],
    ["sets traits", {}, [setTraits({ userId: "ann" }, { plan: "pro" })]],
    ["identifies", {}, [identify("x", "ann")]],
    [
      "hides it among others' operations",
      {},
      [track({ anonymousId: "x" }, "view"), null, track({ userId: "ann" }, "view")],
    ],
  ])(
    "nobody %s as a user without that user's token, and nothing of the request is kept",
    async (_, named, ops) => {
      const before = await stored();
      const request = { anonymousId: "x", ...named, ops };
      expect(await syncAs(edge, null, request)).toMatchObject({ status: 401, code: "identity-required" });
      const eve = await backend.sign("eve");
      expect(await syncAs(edge, eve, request)).toMatchObject({ status: 401, code: "identity-invalid" });
      expect(await stored()).toEqual(before);
    },
  );

  it("operations of two users do not go in one request, whichever token it has", async () => {
    const ops = [track({ userId: "ann" }, "view"), track({ userId: "bob" }, "view")];
    for (const name of ["ann", "bob"]) {
      const token = await backend.sign(name);
      expect(await syncAs(edge, token, { anonymousId: "x", ops })).toMatchObject({
        code: "identity-invalid",
      });
    }
  });

  it("a visitor's operations may go with a user's token, as they do when both were at one device", async () => {
    const ops = [track({ anonymousId: "before" }, "view"), track({ userId: "ann" }, "view")];
    const answer = await syncAs(edge, await backend.sign("ann"), { anonymousId: "before", ops });
    expect([answer.fates, answer.members]).toEqual([["stored", "stored"], ["viewer"]]);
  });

  it("servers are not asked", async () => {
    expect(await edge.batch(track({ userId: "ann" }, "view"))).toEqual(["stored"]);
    expect(await edge.membersOf({ userId: "ann" })).toEqual(["buyer", "viewer"]);
    const { status } = await edge.call(
      "POST",
      "/v1/bootstrap",
      { userId: "ann" },
      { key: await edge.key("secret") },
    );
    expect(status).toBe(200);
  });

  it("a wrong key is told of before a token is looked at", async () => {
    const headers = { "muster-identity": "garbage" };
    const { body } = await edge.call(
      "POST",
      "/v1/sync",
      { anonymousId: "x", userId: "ann", ops: [] },
      { key: "mst_pub_no", headers },
    );
    expect(body.code).toBe("key-unknown");
  });

  it("a request is still one read and one write batch", async () => {
    const key = await edge.key("publishable");
    const headers = { "muster-identity": await backend.sign("ann") };
    const seen = watchCalls(edge.db);
    edge.db = seen.db;
    const body = { anonymousId: "x", userId: "ann", ops: [track({ userId: "ann" }, "view")] };
    const warm = await edge.call("POST", "/v1/sync", { anonymousId: "y", ops: [] }, { key });
    expect(warm.status).toBe(200);
    seen.calls.length = 0;
    expect((await edge.call("POST", "/v1/sync", body, { key, headers })).status).toBe(200);
    expect(seen.calls).toEqual(["batch", "batch"]);
  });

  describe("an anonymous id that has become a user's", () => {
    const anonymousId = "ann-phone";

    it("is nobody's without the token: what it gets is what a stranger gets", async () => {
      const waiting = ["e1"];
      const cursor = heldFrom((await syncAs(edge, await backend.sign("ann"), { anonymousId })).body).cursor;
      const { body: theirs } = await syncAs(edge, null, { anonymousId, waiting, cursor });
      const { body: stranger } = await syncAs(edge, null, { anonymousId: "never-seen", waiting, cursor });
      expect(theirs).toEqual(stranger);
      const { body: withEve } = await syncAs(edge, await backend.sign("eve"), {
        anonymousId,
        waiting,
        cursor,
      });
      expect(withEve).toEqual(stranger);
      expect(theirs.snapshot?.traits).toEqual({});
    });

    it("writes nothing into that user without the token", async () => {
      const before = await stored();
      const ops = [track({ anonymousId }, "view"), setTraits({ anonymousId }, { plan: "pro" })];
      for (const token of [null, await backend.sign("eve")]) {
        const { status, fates, members } = await syncAs(edge, token, { anonymousId, ops });
        expect([status, fates, members]).toEqual([200, ["identity-required", "identity-required"], []]);
      }
      expect(await stored()).toEqual(before);
    });

    it("does not keep another visitor's operations from being stored beside it", async () => {
      const ops = [track({ anonymousId }, "view"), track({ anonymousId: "other" }, "view")];
      expect((await syncAs(edge, null, { anonymousId: "other", ops })).fates).toEqual([
        "identity-required",
        "stored",
      ]);
    });

    it("stays that user's when someone else identifies with it, who learns nothing by it", async () => {
      const ops = [identify(anonymousId, "eve"), track({ anonymousId, userId: "eve" }, "view")];
      const answer = await syncAs(edge, await backend.sign("eve"), { anonymousId, userId: "eve", ops });
      expect([answer.fates, answer.members]).toEqual([["stored", "stored"], ["viewer"]]);
      expect(await edge.membersOf({ anonymousId })).toEqual(["buyer"]);
    });

    it("is the user's with the token", async () => {
      const ops = [track({ anonymousId }, "view")];
      const answer = await syncAs(edge, await backend.sign("ann"), { anonymousId, ops });
      expect([answer.fates, answer.members]).toEqual([["stored"], ["buyer", "viewer"]]);
    });

    it("does not tell of a place either", async () => {
      const before = await stored();
      await edge.call(
        "POST",
        "/v1/sync",
        { anonymousId, ops: [] },
        { key: await edge.key("publishable"), cf: { country: "NZ" } },
      );
      expect(await stored()).toEqual(before);
    });
  });
});

/** Whoever is known, and all that is kept of them. */
async function stored() {
  const tables = ["profiles", "identities", "events", "writes", "memberships"];
  const rows = await Promise.all(tables.map((table) => edge.db.prepare(`select * from ${table}`).all()));
  return rows.map(({ results }) => results);
}

describe("OFREP where identity is required", () => {
  const flag = {
    type: "boolean",
    variations: { on: true, off: false },
    enabled: true,
    off: "off",
    otherwise: "off",
    rules: [{ key: "buyers", audience: { rule: { event: "buy", op: "gte", value: 1 } }, variation: "on" }],
  };
  beforeEach(async () => {
    await requireIdentity(edge);
    const { status } = await edge.call("PUT", "/v1/decisions", { document: { flags: { offer: flag } } });
    expect(status).toBe(200);
  });

  const ask = async (kind: "publishable" | "secret", context: object, token: string | null = null) => {
    const headers = token === null ? {} : { "muster-identity": token };
    const key = await edge.key(kind);
    const all = ["/ofrep/v1/evaluate/flags/offer", "/ofrep/v1/evaluate/flags"].map((path) =>
      edge.call<{ value?: boolean; flags?: { value: boolean }[] }>(
        "POST",
        path,
        { context },
        { key, headers },
      ),
    );
    const [one, many] = await Promise.all(all);
    return [one?.status, one?.body.value, many?.status, many?.body.flags?.[0]?.value];
  };

  it("a page asks about a user with that user's token only; a server about anyone", async () => {
    const context = { targetingKey: "ann" };
    expect(await ask("publishable", context, await backend.sign("ann"))).toEqual([200, true, 200, true]);
    expect(await ask("secret", context)).toEqual([200, true, 200, true]);
    for (const token of [null, "garbage", await backend.sign("eve")])
      expect(await ask("publishable", context, token)).toEqual([401, undefined, 401, undefined]);
  });

  it("a device that has become a user's is a stranger's without the token", async () => {
    const context = { anonymousId: "ann-phone" };
    expect(await ask("publishable", context)).toEqual([200, false, 200, false]);
    expect(await ask("publishable", context, await backend.sign("ann"))).toEqual([200, true, 200, true]);
  });
});
