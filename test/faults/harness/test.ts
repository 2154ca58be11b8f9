import { test as plain, vi } from "vitest";
import { type PersistentBrowser, startBrowser } from "./browser.ts";
import { openStage, type Stage } from "./stage.ts";

// Nothing here is about time: a slow machine shall only be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Given {
  stage: Stage;
  /** The first start of a browser on the stage's disk. */
  browser: PersistentBrowser;
}

/** A test with a stage and a browser of its own; both end with it. */
export const test = plain.extend<Given>({
  // vitest reads from the pattern what a fixture needs.
  stage: async ({ task: _ }, use) => {
    const stage = await openStage();
    await use(stage).finally(stage.close);
  },
  browser: async ({ stage }, use) => {
    const browser = await startBrowser(stage.disk);
    await use(browser).finally(browser.kill);
  },
});
