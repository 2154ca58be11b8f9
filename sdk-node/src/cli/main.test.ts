import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/command-line.ts";
import { Peer } from "../testing/peer.ts";

let peer: Peer;

beforeEach(async () => {
  peer = await new Peer().start();
});
afterEach(() => peer.stop());

const muster = (argv: readonly string[], stdin = "", env: Record<string, string> = {}) =>
  runCommand(peer.url, argv, stdin, env);

test("help names every command and its options", async () => {
  const { out, code } = await muster(["help"]);
  expect(code).toBe(0);
  expect(out).toContain("muster import events FILE");
  expect((await muster(["--help"])).out).toBe(out);
  expect((await muster([])).out).toBe(out);
  expect((await muster(["help", "segments", "create"])).out).toContain("--rule FILE|-|JSON");
  expect((await muster(["members", "--help"])).out).toContain("--wait SECONDS");
  expect((await muster(["segments", "--help"])).out).toContain("muster segments archive KEY");
});

test.each<[string[], string]>([
  [["frobnicate"], 'there is no command "frobnicate"'],
  [["segments", "crate"], "There are: segments create, segments update"],
  [["members"], "KEY is missing. See muster help members"],
  [["members", "a", "b"], '"b" is one word too many'],
  [["members", "a", "--colour"], "Unknown option '--colour'. See muster help members"],
  [["segments", "create"], "--key is missing"],
  [
    ["segments", "create", "--key", "a", "--status", "paused"],
    '--status is one of draft, active, not "paused"',
  ],
  [["segments", "create", "--key", "a", "--rule", "{"], "the rule is not JSON"],
  [["segments", "create", "--key", "a", "--rule", "no-such-file"], "the rule cannot be read"],
  [["explain", "--segment", "a"], "who? Give --user ID or --anonymous ID"],
  [["erase"], "who? Give --user ID or --anonymous ID"],
  [["evaluate", "--user", "a", "--traits", "[]"], "--traits is a JSON object"],
  [["import", "events", "no-such-file"], "no-such-file cannot be read"],
  [["import", "events", "."], ". cannot be read: EISDIR"],
  [["segments", "update", "a"], "what shall change? Give --rule, --name or --description"],
  [["members", "a", "--endpoint", "localhost:8787"], '"localhost:8787" is not an address of an edge'],
  [["members", "a", "--endpoint", "edge"], '"edge" is not an address of an edge'],
])("%j is refused with exit code 2", async (argv, message) => {
  const { code, err, out } = await muster(argv);
  expect(err).toContain(message);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(peer.calls).toEqual([]);
});

test("where and with which key is asked for by name", async () => {
  expect((await muster(["members", "a"], "", { MUSTER_ENDPOINT: "" })).err).toContain("set MUSTER_ENDPOINT");
  expect((await muster(["members", "a"], "", { MUSTER_KEY: "" })).err).toContain("set MUSTER_KEY");
  await muster(["members", "a", "--api-key", "mst_sec_2"]);
  expect(peer.calls[0]?.headers.authorization).toBe("Bearer mst_sec_2");
});

const LOYAL = {
  key: "loyal",
  name: "Loyal\u001b[31m",
  description: "",
  type: "dynamic",
  status: "active",
  rule: { all: [] },
  private: false,
  version: 2,
  createdAt: 0,
  updatedAt: 0,
};

test("segments are made, listed page by page, shown and changed", async () => {
  peer.answers.set("/v1/segments", LOYAL);
  const made = await muster(
    "segments create --key loyal --name Loyal --status active --rule -".split(" "),
    '{"all":[]}',
  );
  expect(made.out).toBe("created loyal (dynamic, active)\n");
  expect(peer.calls[0]).toMatchObject({
    method: "POST",
    body: { key: "loyal", name: "Loyal", rule: { all: [] } },
  });

  peer.answers.set("/v1/segments?search=loy&status=active", { segments: [LOYAL], next: "2" });
  peer.answers.set("/v1/segments?search=loy&status=active&cursor=2", {
    segments: [{ ...LOYAL, key: "b" }],
    next: null,
  });
  const { out } = await muster("segments list --search loy --status active".split(" "));
  expect(out).toBe(
    "KEY    NAME             TYPE     STATUS  VERSION\n" +
      "loyal  Loyal\\u001b[31m  dynamic  active  v2\n" +
      "b      Loyal\\u001b[31m  dynamic  active  v2\n",
  );

  peer.answers.set("/v1/segments/loyal", LOYAL);
  expect(JSON.parse((await muster(["segments", "show", "loyal"])).out)).toEqual(LOYAL);
  await muster(["segments", "pause", "loyal"]);
  expect(peer.calls.at(-1)).toMatchObject({
    method: "PATCH",
    path: "/v1/segments/loyal",
    body: { status: "paused" },
  });
  const { code, err } = await muster(["segments", "archive", "a/b"]);
  expect([code, err]).toEqual([1, "muster: not-found: there is no such path\n"]);
  expect(peer.calls.at(-1)?.path).toBe("/v1/segments/a%2Fb");
});

test("members are listed page by page; while a definition is being applied, the command waits", async () => {
  const body = JSON.stringify({
    type: "",
    title: "",
    status: 503,
    code: "members-refreshing",
    detail: "the definition is being applied",
  });
  const busy = { status: 503, retryAfter: "0", body };
  peer.faults.push(busy, busy);
  const member = { userId: "ann", anonymousId: null, since: Date.UTC(2011, 4, 31) };
  peer.answers.set("/v1/segments/loyal/members?limit=1000", { now: 0, members: [member], next: "c&d" });
  peer.answers.set("/v1/segments/loyal/members?limit=1000&cursor=c%26d", {
    now: 0,
    members: [{ userId: null, anonymousId: "d\t1", since: null }],
    next: null,
  });
  const { code, out, err } = await muster(["members", "loyal"]);
  expect(out).toBe("user\tann\t2011-05-31T00:00:00.000Z\nanonymous\td\\t1\t\n");
  expect(err).toMatch(/^(the definition is being applied; asking again in \d s\n){2}2 members\n$/);
  expect(code).toBe(0);

  peer.faults.push({ ...busy, retryAfter: "60" });
  const impatient = await muster(["members", "loyal", "--wait", "1"]);
  expect(impatient).toMatchObject({
    code: 1,
    err: "muster: members-refreshing: the definition is being applied\n",
  });
});

test("a user is evaluated and explained as a tree", async () => {
  const until = Date.UTC(2026, 11, 31);
  const explanation = {
    text: "any of these holds",
    member: true,
    until,
    parts: [
      { text: 'plan is "pro"', member: false, until: null },
      { text: 'count of "visit" ≥ 2', member: true, until, operand: 3 },
    ],
  };
  peer.evaluate = (request) => ({
    away: { member: false, until: null },
    loyal: request.explain ? { member: true, until, explanation } : { member: true, until },
  });
  const evaluated = await muster(["evaluate", "--user", "ann", "--traits", '{"plan":"free"}']);
  expect(evaluated.out).toBe(
    "SEGMENT  IS      UNTIL\nloyal    member  2026-12-31T00:00:00.000Z\naway     -       -\n",
  );
  expect(peer.calls[0]?.body).toEqual({ userId: "ann", traits: { plan: "free" } });
  expect((await muster(["explain", "--user", "ann", "--segment", "loyal"])).out).toBe(
    `ann is a member of loyal, by time alone until 2026-12-31T00:00:00.000Z
✓ any of these holds  (until 2026-12-31T00:00:00.000Z)
  ✗ plan is "pro"
  ✓ count of "visit" ≥ 2  (it is 3, until 2026-12-31T00:00:00.000Z)
`,
  );
  const some = await muster(["evaluate", "--user", "ann", "--segment", "loyal,nope"]);
  expect(some.out).toContain("loyal    member");
  expect([some.code, some.err]).toEqual([1, 'muster: segment-unknown: there is no active segment "nope"\n']);
  const unknown = await muster(["explain", "--user", "ann", "--segment", "nope"]);
  expect([unknown.code, unknown.err]).toEqual([
    1,
    'muster: segment-unknown: there is no active segment "nope"\n',
  ]);
});

test("refresh says how far memberships are behind, and does what the edge does each minute", async () => {
  peer.answers.set("/v1/refresh", { now: 1, version: 1, profiles: 9, outdated: 3, due: 1 });
  expect((await muster(["refresh", "--look"])).out).toBe(
    "9 profiles, 3 follow older definitions, 1 are due\n",
  );
  peer.answers.set("/v1/refresh", { now: 1, version: 1, profiles: 9, outdated: 0, due: 0 });
  const { out, code } = await muster(["refresh"]);
  expect([out, code]).toEqual(["9 profiles, 0 follow older definitions, 0 are due\n", 0]);
  expect(peer.calls.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("erase says whether there was anything", async () => {
  peer.answers.set("/v1/erase", { erased: true });
  expect((await muster(["erase", "--user", "ann", "--anonymous", "a"])).out).toBe("erased\n");
  expect(peer.calls.at(-1)?.body).toEqual({ userId: "ann", anonymousId: "a" });
  peer.answers.set("/v1/erase", { erased: false });
  expect((await muster(["erase", "--anonymous", "a"])).out).toBe("there was nothing\n");
});
