import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle, type PageFile } from "../shop/server/bundle.ts";
import type { RenderApp } from "./server.ts";

const pathOf = (file: string): string => fileURLToPath(new URL(`page/${file}`, import.meta.url));

/** The page, built from its sources, in memory. */
export interface BuiltPage {
  html: string;
  files: Map<string, PageFile>;
  renderApp: RenderApp;
}

/** Builds what the browser loads, and what the server renders with: the same components. */
export async function buildJournal(): Promise<BuiltPage> {
  const [html, files, server] = await Promise.all([
    readFile(pathOf("index.html"), "utf8"),
    bundle({ app: pathOf("main.tsx"), style: pathOf("style.css") }),
    // React for servers, of its builds the one that asks nothing of Node.js and keeps no process alive.
    bundle({ render: pathOf("render.tsx") }, { splitting: false, conditions: ["source", "edge-light"] }),
  ]);
  const script = Buffer.from(server.get("/render.js")?.body ?? "").toString("base64");
  const module: { renderApp: RenderApp } = await import(`data:text/javascript;base64,${script}`);
  return { html, files, renderApp: module.renderApp };
}
