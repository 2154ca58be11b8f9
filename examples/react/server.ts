import type { Server } from "node:http";
import { type Bootstrap, bootstrapScript, type Client } from "@muster/node";
import type { PageFile } from "../shop/server/bundle.ts";
import { fillPage } from "../shop/server/fill-page.ts";
import { createLocalServer, plainText } from "../shop/server/local-server.ts";

/** The page's content as HTML, by `page/render.tsx`. */
export type RenderApp = (user: string, bootstrap: Bootstrap | undefined) => string;

/** What the journal's server works with. */
export interface Journal {
  muster: Client;
  /** The scripts and styles, by path. */
  files: ReadonlyMap<string, PageFile>;
  /** `page/index.html`. */
  html: string;
  renderApp: RenderApp;
  endpoint: string;
  /** The publishable one, for the browser. */
  key: string;
}

/** Renders the page for a user from what the edge knows of them; the browser takes over from there. */
export function createJournal({ muster, files, html, renderApp, endpoint, key }: Journal): Server {
  return createLocalServer({
    endpoint,
    async answer({ pathname, searchParams }) {
      if (pathname !== "/") return files.get(pathname) ?? plainText(404, "The journal is at /.");
      // A real server takes the user from its session.
      const user = searchParams.get("user") || "ann";
      // Null where the edge cannot be asked: then the page begins without it.
      const bootstrap = await muster.bootstrap({ userId: user });
      const body = fillPage(html, { user, endpoint, key })
        .replace("<!--app-->", () => renderApp(user, bootstrap ?? undefined))
        .replace('id="muster">', (tag) => tag + (bootstrap ? bootstrapScript(bootstrap) : "null"));
      return { type: "text/html; charset=utf-8", body };
    },
  });
}
