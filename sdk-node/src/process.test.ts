import { spawn } from "node:child_process";
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

test("a client alone keeps no program from ending", async () => {
  expect(await runProgram("await client.ready;")).toBe(0);
});
