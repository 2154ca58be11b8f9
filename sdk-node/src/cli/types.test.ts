import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/command-line.ts";
import { Peer } from "../testing/peer.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
let peer: Peer;
let folder: string;

const state = { enabled: true, off: "a", otherwise: "a" } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-types-"));
  peer = await new Peer().start();
  peer.ruleset = {
    zone: "UTC",
    segments: { vip: { members: ["ann"] }, "a.b-c": { rule: { trait: "plan", op: "eq", value: "pro" } } },
  };
  peer.decisions = {
    flags: {
      theme: { type: "string", variations: { a: "dark", b: "light" }, ...state },
      "new-checkout": {
        type: "boolean",
        variations: { a: true, b: false },
        ...state,
        rules: [{ key: "vips", audience: { include: ["vip"], exclude: ["a.b-c"] }, variation: "b" }],
      },
      constructor: { type: "number" as const, variations: { a: 1, b: 2.5 }, ...state },
      layout: {
        type: "json",
        variations: { a: { columns: 2, "it's": ["x"] }, b: { columns: 3, "it's": [], more: null } },
        ...state,
      },
    },
    campaigns: {
      sale: { kind: "banner", placement: "top", enabled: true, content: { title: '"*/ `;' } },
    },
  };
});
afterEach(async () => {
  await peer.stop();
  await rm(folder, { recursive: true });
});

/** What the compiler says against a program beside a file of types; modules are found as from this folder. */
function compile(types: string, program: string): string[] {
  const sources = new Map([
    [join(HERE, "muster-written.d.ts"), types],
    [join(HERE, "program-of-a-user.ts"), program],
  ]);
  const file = join(HERE, "../../tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(HERE, "../.."));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = sources.get(name);
    return text === undefined
      ? getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, text, version, true);
  };
  const made = ts.createProgram([...sources.keys()], { ...options, skipLibCheck: false }, host);
  return [...sources.keys()].flatMap((name) => {
    const source = made.getSourceFile(name);
    const found = [...made.getSyntacticDiagnostics(source), ...made.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = (sources.get(name) ?? "").slice(0, start).split("\n").length;
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

const HEAD = `import { createClient } from "@muster/node";
const client = createClient({ key: "k", endpoint: "http://localhost" });
const user = { userId: "ann" };
`;

test("with the written file what exists compiles, and a mistyped key or fallback does not", async () => {
  const { code, out } = await runCommand(peer.url, ["types"]);
  expect(code).toBe(0);
  const good = `${HEAD}
export const theme: string = client.value("theme", user, "dark");
export const checkout: boolean = client.value("new-checkout", user, false);
export const count: number = client.value("constructor", user, 0);
export const layout = client.details("layout", user, { columns: 1, "it's": ["y"] });
export const dark: string | undefined = client.value("theme", user, undefined);
export const columns: number | undefined = client.value("layout", user, undefined)?.columns;
export const later = client.resolve("theme", user, "light");
export const vip = client.isMember("vip", user);
export const other = client.decide("a.b-c", user);
`;
  expect(compile(out, good)).toEqual([]);
  const bad = `${HEAD}
client.value("themes", user, "dark");
client.value("theme", user, 7);
client.details("new-checkout", user, "no");
client.details("layout", user, { columns: "1", "it's": ["y"] });
client.resolve("toString", user, "");
client.isMember("vips", user);
client.decide("$flag/new-checkout/vips", user);
export const dark: undefined = client.value("theme", user, undefined);
`;
  const lines = compile(out, bad).map((message) => message.split(":")[0]);
  expect(lines).toEqual(["5", "6", "7", "8", "9", "10", "11", "12"]);
  // Without the file any key is one.
  expect(compile("export {};", `${HEAD}\nclient.value("themes", user, 7);\n`)).toEqual([]);
});

test("for the browser's client and React it does the same", async () => {
  const { out } = await runCommand(peer.url, ["types", "--for", "web"]);
  const program = `import { createClient } from "@muster/web";
import { useFlag, usePrompt, useSegment } from "@muster/web/react";
const client = createClient({ key: "mst_pub_1", endpoint: "http://localhost" });
export const theme: string = client.value("theme", "dark");
export const columns: number | undefined = client.value("layout", undefined)?.columns;
export const answers = [client.isMember("vip"), client.prompt("top")];
export const isNew: boolean = useFlag("new-checkout", false);
export const shown = [useSegment("vip"), usePrompt("top")];
client.value("themes", "dark");
client.value("theme", 7);
client.isMember("vips");
client.prompt("bottom");
useFlag("new-checkot", false);
useSegment("vips");
usePrompt("tops");
`;
  const lines = compile(out, program).map((message) => message.split(":")[0]);
  expect(lines).toEqual(["9", "10", "11", "12", "13", "14", "15"]);
});

test("the file is the same for the same keys, whatever their order, and holds no text of people", async () => {
  const { out } = await runCommand(peer.url, ["types", "--for", "web,node"]);
  expect(
    out,
  ).toBe(`// Written by \`muster types\`: the keys of the workspace. Write it again rather than edit it.
import "@muster/node";
import "@muster/web";

interface Keys {
  flags: {
    "constructor": number;
    "layout": { "columns": number; "it's": readonly (never)[]; "more": null } | { "columns": number; "it's": readonly (string)[] };
    "new-checkout": boolean;
    "theme": string;
  };
  segments: "a.b-c" | "vip";
  placements: "top";
}

declare module "@muster/node" {
  interface Register extends Keys {}
}

declare module "@muster/web" {
  interface Register extends Keys {}
}
`);
  const { flags = {} } = peer.decisions;
  peer.decisions = { ...peer.decisions, flags: Object.fromEntries(Object.entries(flags).reverse()) };
  const file = join(folder, "muster.d.ts");
  expect(await runCommand(peer.url, ["types", "--for", "node,web", "--out", file])).toMatchObject({
    code: 0,
    out: "",
  });
  expect(await readFile(file, "utf8")).toBe(out);
});

test("a workspace without definitions has no keys", async () => {
  peer.decisions = {};
  peer.ruleset = { zone: "UTC", segments: {} };
  const { out } = await runCommand(peer.url, ["types"]);
  expect(compile(out, `${HEAD}\nclient.value("theme", user, "dark");\n`)).toHaveLength(1);
});

test("what cannot be done is said", async () => {
  expect(await runCommand(peer.url, ["types", "--for", "php"])).toMatchObject({
    code: 2,
    err: 'muster: --for is node or web, not "php"\n',
  });
  await writeFile(join(folder, "file"), "");
  const { code, err } = await runCommand(peer.url, ["types", "--out", join(folder, "file", "x.d.ts")]);
  expect([code, err]).toEqual([2, expect.stringContaining("cannot be written")]);
});
