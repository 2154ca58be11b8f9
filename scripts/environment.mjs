// What every command of this repository runs with. Dependency-free: it runs before anything is installed.

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const BIN = join(ROOT, "node_modules", ".bin");

/** The oldest Node.js that runs TypeScript as it stands, which the tools and the tests need. */
const OLDEST = { major: 22, minor: 18 };

/** A reason to stop that the person at the keyboard can do something about. */
export class SetupError extends Error {}

/** The environment of the tools: nothing phones home, and `node_modules/.bin` comes first in the path. */
export function toolEnvironment() {
  return {
    ...process.env,
    PATH: [BIN, process.env.PATH ?? ""].join(delimiter),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    DO_NOT_TRACK: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_SEND_METRICS: "false",
  };
}

/** The environment outside `node_modules`, for npm, which may replace that folder while it runs. */
export function systemEnvironment() {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** @param {string} version as `process.version` has it */
function isRecent(version) {
  const [major = 0, minor = 0] = version.replace("v", "").split(".").map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/**
 * The Node.js that runs the tools: on Linux the one that npm has installed beside them, elsewhere this one.
 * @throws {SetupError} where it is too old
 */
export function findNode() {
  const own = join(BIN, "node");
  for (const node of existsSync(own) ? [own, process.execPath] : [process.execPath]) {
    const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    if (stdout && isRecent(stdout.trim())) return node;
  }
  throw new SetupError(
    `Node.js ${OLDEST.major}.${OLDEST.minor} or newer is needed; this is ${process.version}. On Linux (x64, arm64, glibc) npm installs ` +
      "it by itself; on macOS, Windows and elsewhere please install it from https://nodejs.org and try again.",
  );
}

/**
 * Runs a program to its end in the repository, its output passed on. Ctrl-C reaches the program by the
 * terminal; this process waits until it has closed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: pass the output on only where it fails
 * @returns {Promise<number>} the exit code
 */
export function run(command, args, { env = toolEnvironment(), quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    // Windows has npm and the tools as .cmd files, which only a shell runs.
    const shell = process.platform === "win32" && !command.endsWith(".exe");
    const child = spawn(command, args, { cwd: ROOT, env, shell, stdio: quiet ? "pipe" : "inherit" });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on("data", (chunk) => output.push(chunk));
    child.stderr?.on("data", (chunk) => output.push(chunk));
    const wait = () => {};
    const pass = () => child.kill("SIGTERM");
    process.on("SIGINT", wait);
    process.on("SIGTERM", pass);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait);
      process.off("SIGTERM", pass);
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}
