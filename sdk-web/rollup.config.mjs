import { nodeResolve } from "@rollup/plugin-node-resolve";
import { transform } from "esbuild";
import esbuild from "rollup-plugin-esbuild";
import { minify } from "terser";

const here = import.meta.dirname;

const CORE = `${here}/src/index.ts`;

/**
 * What the engine loads on demand stands in files of its own. An entry with `besides` is for pages that have the core
 * and those packages: it imports them. The others need no other.
 */
export const bundle = (entry, { besides, directive = "" } = {}) => ({
  input: `${here}/${entry}`,
  external: besides ? [CORE, ...besides] : [],
  // What is loaded on demand imports the engine from the entry, which a page has anyway.
  preserveEntrySignatures: "allow-extension",
  output: { dir: `${here}/dist`, format: "es", chunkFileNames: "[name].js", paths: { [CORE]: "./index.js" } },
  plugins: [
    {
      // Style sheets in scripts, as small as can be.
      name: "styles",
      async transform(code, id) {
        const css = id.endsWith("styles.ts") && /(?<== `)[^`]*/.exec(code)?.[0];
        return css
          ? code.replace(css, (await transform(css, { loader: "css", minify: true })).code.trim())
          : null;
      },
    },
    nodeResolve({ exportConditions: ["source"], extensions: [".ts", ".js"] }),
    esbuild({ target: "es2022", tsconfig: `${here}/tsconfig.json` }),
    {
      name: "minify",
      renderChunk: async (code) => {
        const { code: small } = await minify(code, { module: true, ecma: 2022, compress: { passes: 3 } });
        return directive + small;
      },
    },
  ],
});

export default [
  bundle("src/index.ts"),
  bundle("src/explain.ts"),
  bundle("src/ui.ts"),
  // For servers that render React's server components: the hooks are the browser's.
  bundle("src/react.ts", { besides: ["react"], directive: '"use client";' }),
  bundle("src/openfeature.ts", { besides: ["@openfeature/web-sdk"] }),
];
