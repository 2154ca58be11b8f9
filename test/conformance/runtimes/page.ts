// The judge as a page's script.
import type { VectorFile, Verdict } from "../cases.ts";
import { judge } from "../judge.ts";
import { tryDynamicCode } from "./dynamic-code.ts";

/** Runs in a task of the page's own: what DevTools calls directly is free of the page's policy. */
function inOwnTask<T>(act: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(act());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What the page offers to the one who drives it. */
const offered = {
  judge: (file: VectorFile): Promise<Verdict[]> => inOwnTask(() => judge(file)),
  tryDynamicCode: () => inOwnTask(tryDynamicCode),
};

declare global {
  var judging: typeof offered | undefined;
}
globalThis.judging = offered;
