import { nodeResolve } from "@rollup/plugin-node-resolve";
import { transform } from "esbuild";
import esbuild from "rollup-plugin-esbuild";

/** Also drops the constants that it has inlined, which the plugin's own minifier leaves. */
const minify = {
  name: "minify",
  renderChunk: (code) =>
    transform(code, { minify: true, treeShaking: true, format: "esm", target: "es2022" }),
};

/** Each entry is a file that needs no other; only what the engine loads on demand stands apart. */
export default ["index", "explain"].map((name) => ({
  input: `src/${name}.ts`,
  // What is loaded on demand imports the engine from the entry, which a page has anyway.
  preserveEntrySignatures: "allow-extension",
  output: { dir: "dist", format: "es", chunkFileNames: "[name].js" },
  plugins: [
    nodeResolve({ exportConditions: ["source"], extensions: [".ts", ".js"] }),
    esbuild({ target: "es2022", tsconfig: "tsconfig.json" }),
    minify,
  ],
}));
