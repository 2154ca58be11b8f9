import type { InputOptions, OutputOptions } from "rollup";

type Options = InputOptions & { output: OutputOptions };

export declare function bundle(entry: string): Options;
declare const config: readonly Options[];
export default config;
