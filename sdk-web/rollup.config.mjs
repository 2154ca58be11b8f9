import { nodeResolve } from "@rollup/plugin-node-resolve";
import esbuild from "rollup-plugin-esbuild";
import { minify } from "terser";

const here = import.meta.dirname;

/** Each entry needs no other; what the engine loads on demand stands in files of its own. */
export const bundle = (entry) => ({
  input: `${here}/${entry}`,
  // What is loaded on demand imports the engine from the entry, which a page has anyway.
  preserveEntrySignatures: "allow-extension",
  output: { dir: `${here}/dist`, format: "es", chunkFileNames: "[name].js" },
  plugins: [
    nodeResolve({ exportConditions: ["source"], extensions: [".ts", ".js"] }),
    esbuild({ target: "es2022", tsconfig: `${here}/tsconfig.json` }),
    {
      name: "minify",
      renderChunk: (code) => minify(code, { module: true, ecma: 2022, compress: { passes: 3 } }),
    },
  ],
});

export default ["src/index.ts", "src/explain.ts", "src/ui.ts"].map(bundle);
