import type { InputOptions, OutputOptions } from "rollup";

type Options = InputOptions & { output: OutputOptions };

export declare function bundle(entry: string, options?: { besides?: string[]; directive?: string }): Options;
declare const config: readonly Options[];
export default config;
