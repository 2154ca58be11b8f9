import { type BrowserContext, chromium } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { FLAGS } from "../../launch-browser.ts";
import { familyOf, findChildren, findRunning, killAll, killGroup } from "./processes.ts";
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
  const [main, ...others] = findChildren(`--user-data-dir=${folder}`);
  if (!main || others.length > 0)
    throw new Error(`one browser has the disk ${folder}, not ${others.length + 1}`);
  let isOver = false;
  const closed = new Promise((resolve) => context.once("close", resolve)).then(() => {
    isOver = true;
  });
  const aim = () => {
    const family = familyOf(main.pid);
    return async () => {
      // Of one that is gone the ids may be those of others by now.
      if (isOver) return 0;
      // The group has what was started since; a few of the family have left it.
      killGroup(main.pid);
      killAll(family);
      await closed;
      await expect.poll(() => findRunning(family), WAIT).toEqual([]);
      return family.length;
    };
  };
  return { context, aim, kill: () => aim()() };
}
