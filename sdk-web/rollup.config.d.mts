import type { InputOptions, OutputOptions } from "rollup";

declare const config: readonly (InputOptions & { output: OutputOptions })[];
export default config;
