import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/command-line.ts";
import { Peer } from "../testing/peer.ts";

let peer: Peer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  peer = await new Peer().start();
});
afterEach(() => peer.stop());

const muster = (argv: readonly string[], stdin = "") => runCommand(peer.url, argv, stdin);

const CSV = `user,device,when,what,amount,code
ann,,2011-05-31 15:30:00,Order,12.5,007
,d1,2011-05-31T15:30:00Z,Order,,1
,,2011-05-31 15:30:00,Order,1,1
bob,,yesterday,Order,1,1
bob,,2011-05-31 15:30:00,refuse me,1,1
bob,,2011-05-31 15:30:00,Order,a lot,1
bob,,2011-05-31 15:30:00,Order
"bob" x,,2011-05-31 15:30:00,Order,1,1
ann,,2011-05-31 15:30:00,Order,12.5,007
`;
const EVENTS = "import events - --user user --anonymous device --time when --zone UTC --event what".split(
  " ",
);
const PROPS = ["--props", "amount:total,code", "--types", "amount:number"];

test("events are imported row by row; bad rows are named with their line, and the rest is kept", async () => {
  const { code, out, err } = await muster([...EVENTS, ...PROPS], CSV);
  expect(out).toBe("read 9, imported 3, refused 6\n");
  expect(code).toBe(3);
  expect(err).toContain("-:4: whose row is it? There is no id\n");
  expect(err).toContain('-:5: column when: "yesterday" is not a time');
  expect(err).toContain("-:6: event-refused at ");
  expect(err).toContain('-:7: column amount: "a lot" is not a number');
  expect(err).toContain("-:8: 4 columns, the first line names 6\n");
  expect(err).toContain("-:9: text stands behind a closing quote\n");
  const ts = Date.UTC(2011, 4, 31, 15, 30);
  const ann = { type: "track", userId: "ann", name: "Order", ts, props: { total: 12.5, code: "007" } };
  const stored = [...peer.stored.values()];
  expect(stored).toMatchObject([ann, { anonymousId: "d1", ts, props: { code: 1 } }, ann]);
  expect(stored[1]).not.toHaveProperty("userId");

  const again = await muster([...EVENTS, ...PROPS], CSV);
  expect(again.out).toBe(out);
  expect(again.err).toContain("3 of the imported rows were there already");
  expect(peer.stored.size).toBe(3);
});

test("ids may come from a column, the name from the command line", async () => {
  const csv = "id,u,t\ne1,ann,1306857180\n,ann,1306857180\ne1,ann,1306857180\n";
  const named = "import events - --user u --event-name Visit --time t --time-format s --id id".split(" ");
  const { out, err } = await muster(named, csv);
  expect(out).toBe("read 3, imported 2, refused 1\n");
  expect(err).toContain("-:3: column id: the id is empty");
  expect([...peer.stored]).toMatchObject([["e1", { name: "Visit", ts: 1_306_857_180_000 }]]);
});

test.each<[string[], string]>([
  [
    ["--user", "who", "--event", "what", "--time", "when"],
    '--user: there is no column "who"; there are: user, device',
  ],
  [["--user", "user", "--time", "when"], "Give either --event COL or --event-name NAME"],
  [["--event", "what", "--time", "when"], "whose events?"],
  [["--user", "user", "--event", "what"], "--time is missing"],
  [["--user", "user", "--event", "what", "--time", "when", "--zone", "Mars"], 'there is no time zone "Mars"'],
  [["--user", "user", "--event", "what", "--time", "when", "--types", "code:text"], '--types: "code:text"'],
  [
    ["--user", "user", "--event", "what", "--time", "when", "--types", "code:number"],
    "not among the columns of --props",
  ],
  [["--delimiter", "||"], "--delimiter is one character"],
])("import options %j are refused", async (options, message) => {
  const { code, err } = await muster(["import", "events", "-", ...options], CSV);
  expect(err).toContain(message);
  expect(code).toBe(2);
});

test("traits are as old as their file, and a changed file is a new write", async () => {
  const file = join(folder, "traits.csv");
  const argv = [
    "import",
    "traits",
    file,
    "--user",
    "id",
    "--traits",
    "plan,since:signedUp",
    "--types",
    "since:time",
    "--zone",
    "UTC",
  ];
  await writeFile(file, "id,plan,since\nann,pro,2011-05-31\nbob,,\n");
  const written = new Date("2012-01-01T00:00:00Z");
  await utimes(file, written, written);
  expect((await muster(argv)).out).toBe("read 2, imported 2, refused 0\n");
  expect([...peer.stored.values()]).toMatchObject([
    {
      type: "set",
      userId: "ann",
      ts: written.getTime(),
      set: { plan: "pro", signedUp: Date.UTC(2011, 4, 31) },
    },
    { userId: "bob", set: {} },
  ]);
  await muster(argv);
  expect(peer.stored.size).toBe(2);
  await utimes(file, new Date(), new Date());
  await muster(argv);
  expect(peer.stored.size).toBe(4);
});

test("many rows leave in full batches and all arrive, though the edge is busy", async () => {
  peer.faults.push({ status: 503, retryAfter: "0" }, "reset");
  const rows = Array.from({ length: 2_500 }, (_, index) => `u${index % 7},${1_300_000_000_000 + index}`);
  const csv = `u,t\n${rows.join("\n")}`;
  const { out, code } = await muster(
    "import events - --user u --event-name e --time t --time-format ms".split(" "),
    csv,
  );
  expect(out).toBe("read 2500, imported 2500, refused 0\n");
  expect(code).toBe(0);
  expect(peer.stored.size).toBe(2_500);
  expect(peer.count("/v1/batch")).toBe(5);
});

test("an edge that refuses ends the import and says how to go on", async () => {
  const body = JSON.stringify({
    type: "",
    title: "",
    status: 403,
    code: "forbidden",
    detail: "this key may not write",
  });
  peer.faults.push({ status: 403, body });
  const { code, err, out } = await muster([...EVENTS, ...PROPS], CSV);
  expect(code).toBe(1);
  expect(err).toContain("run the same again");
  expect(err).toContain("muster: forbidden: this key may not write");
  expect(out).toBe("");
});

test("an empty file and a file that is not UTF-8 are named", async () => {
  expect((await muster([...EVENTS], "")).err).toContain("- is empty; its first line names the columns");
  const file = join(folder, "latin1.csv");
  await writeFile(file, Buffer.from("u,t\nJos\xe9,1\n", "latin1"));
  const { err } = await muster([
    "import",
    "events",
    file,
    "--user",
    "u",
    "--time",
    "t",
    "--time-format",
    "ms",
    "--event-name",
    "e",
  ]);
  expect(err).toContain(`${file}:2: not UTF-8`);
});
