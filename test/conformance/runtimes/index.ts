import { openChromium } from "./chromium.ts";
import { openNode } from "./node.ts";
import type { Runtime } from "./runtime.ts";
import { openWorkerd } from "./workerd.ts";

/** Every runtime that Muster must give the same answers in, by name. */
export const RUNTIMES: ReadonlyMap<string, () => Promise<Runtime>> = new Map([
  ["node", openNode],
  ["workerd", openWorkerd],
  ["chromium", openChromium],
]);
