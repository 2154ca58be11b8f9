import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";

/** Those of a headless browser in a container that talks to nobody. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Starts the Chromium that `npm test` has found or installed. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("Chromium is missing: install it, or set CHROMIUM_PATH to the program.");
  return chromium.launch({ executablePath, args: FLAGS });
}
