import { judge } from "../judge.ts";
import { tryDynamicCode } from "./dynamic-code.ts";
import type { Runtime } from "./runtime.ts";

/** Judges in this process. */
export async function openNode(): Promise<Runtime> {
  return {
    judge: async (file) => judge(file),
    tryDynamicCode: async () => tryDynamicCode(),
    close: async () => {},
  };
}
