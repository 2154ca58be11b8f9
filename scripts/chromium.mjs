import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, SetupError } from "./environment.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

const PLACES = [
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ...[process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA].flatMap(
    (folder) => (folder ? [join(folder, "Google", "Chrome", "Application", "chrome.exe")] : []),
  ),
];

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The path of Chromium or Chrome: `CHROMIUM_PATH`, else the usual names in the path, else the usual places.
 * Undefined where there is none.
 * @throws {SetupError} where `CHROMIUM_PATH` names no program
 */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (isProgram(chosen)) return chosen;
    throw new SetupError(`CHROMIUM_PATH is ${chosen}, which is not a program.`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find(isProgram);
}

function mayUseApt() {
  return process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
}

/**
 * The path of Chromium, installed by apt-get where it is missing and that is possible.
 * @throws {SetupError} where it is missing and must be installed by hand
 */
export async function installChromium() {
  const found = findChromium();
  if (found) return found;
  if (mayUseApt()) {
    console.log("Installing Chromium: apt-get install chromium");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env, quiet: true });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      env,
      quiet: true,
    });
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new SetupError(
    "The tests need Chromium or Chrome, and there is none here. Install it (Debian, Ubuntu: sudo apt-get install " +
      "chromium; macOS: brew install --cask chromium), or set CHROMIUM_PATH to the program.",
  );
}
