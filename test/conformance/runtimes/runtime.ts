import type { VectorFile, Verdict } from "../cases.ts";
import type { DynamicCode } from "./dynamic-code.ts";

/** A place where Muster runs, with the judge in it. */
export interface Runtime {
  judge(file: VectorFile): Promise<Verdict[]>;
  tryDynamicCode(): Promise<DynamicCode>;
  close(): Promise<void>;
}
