import { type BrowserContext, chromium } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { FLAGS } from "../../launch-browser.ts";
import { familyOf, findChildren, killAll } from "./processes.ts";
import { WAIT } from "./wait.ts";

/** A browser whose disk outlives it. */
export interface PersistentBrowser {
  context: BrowserContext;
  /** Looks for its processes, so that killing them by what this gives takes no time; gives how many they were. */
  aim(): () => Promise<number>;
  /** Kills all of its processes at once; resolves when none is left. */
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
  let isOver = false;
  const closed = new Promise((resolve) => context.once("close", resolve)).then(() => {
    isOver = true;
  });
  const aim = () => {
    // Of one that is gone the ids may be those of others by now.
    const family = isOver ? [] : familyOf(main.pid);
    return async () => {
      killAll(family);
      await closed;
      if (family.length > 0) await expect.poll(own, WAIT).toEqual([]);
      return family.length;
    };
  };
  return { context, aim, kill: () => aim()() };
}
