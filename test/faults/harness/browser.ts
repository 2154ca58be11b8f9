import { type BrowserContext, chromium } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { FLAGS } from "../../launch-browser.ts";
import { findChildren, killFamily } from "./processes.ts";

/** A browser whose disk outlives it. */
export interface PersistentBrowser {
  context: BrowserContext;
  /** Kills all of its processes at once; resolves when none is left. Gives how many they were. */
  kill(): Promise<number>;
}

/** Starts Chromium on the disk `folder`, which no other browser uses now. */
export async function startBrowser(folder: string): Promise<PersistentBrowser> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium() ?? "chromium",
    args: FLAGS,
  });
  const own = () => findChildren(`--user-data-dir=${folder}`);
  const [main, ...others] = own();
  if (!main || others.length > 0)
    throw new Error(`one browser has the disk ${folder}, not ${others.length + 1}`);
  return {
    context,
    async kill() {
      const closed = new Promise((resolve) => context.once("close", resolve));
      const killed = killFamily(main.pid);
      await closed;
      await expect.poll(own).toEqual([]);
      return killed;
    },
  };
}
