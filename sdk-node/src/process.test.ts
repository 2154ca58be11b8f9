import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Peer } from "./testing/peer.ts";

let peer: Peer;

beforeEach(async () => {
  peer = await new Peer().start();
});
afterEach(() => peer.stop());

/** Runs a program of its own with a client in it, and answers its exit code. */
function runProgram(body: string): Promise<number | null> {
  const index = JSON.stringify(new URL("index.ts", import.meta.url).href);
  const program = `
    import { createClient } from ${index};
    const client = createClient({ key: "mst_sec_1", endpoint: "${peer.url}", onError: () => {} });
    ${body}`;
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", program], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve) => child.once("exit", resolve));
}

test("a program that closes its client ends when all is delivered, also after a failure", async () => {
  peer.faults.push("reset", { status: 503, retryAfter: "1" });
  const code = await runProgram(`client.track({ userId: "ann" }, "last words"); await client.close();`);
  expect(code).toBe(0);
  expect([...peer.stored.values()]).toMatchObject([{ name: "last words" }]);
});

test("a program that waits for a decision gets it, also from an edge that fails at first", async () => {
  peer.faults.push({ status: 503 }, { status: 503 }, { status: 503 });
  peer.evaluate = () => ({ loyal: { member: true, until: null } });
  const code = await runProgram(`process.exit(await client.isMember("loyal", { userId: "ann" }) ? 7 : 8);`);
  expect(code).toBe(7);
});

test("the command line waits for an edge that is busy", async () => {
  peer.faults.push({ status: 503, retryAfter: "1" });
  const bin = fileURLToPath(new URL("cli/bin.ts", import.meta.url));
  const argv = "import events - --user user --event-name visit --time time".split(" ");
  const env = { ...process.env, MUSTER_ENDPOINT: peer.url, MUSTER_KEY: "mst_sec_1" };
  const child = spawn(process.execPath, ["--conditions=source", bin, ...argv], {
    stdio: ["pipe", "ignore", "ignore"],
    env,
  });
  child.stdin.end("user,time\nann,2026-01-01T00:00:00Z\n");
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  expect([...peer.stored.values()]).toMatchObject([{ name: "visit", userId: "ann" }]);
});

test("a client alone keeps no program from ending", async () => {
  expect(await runProgram("await client.ready;")).toBe(0);
  const listened = runProgram("await client.ready; await new Promise((done) => setTimeout(done, 500));");
  await expect.poll(() => peer.streams.length).toBe(1);
  expect(await listened).toBe(0);
});
