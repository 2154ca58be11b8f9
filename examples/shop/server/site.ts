import type { Server } from "node:http";
import type { PageFile } from "./bundle.ts";
import { createLocalServer, plainText } from "./local-server.ts";

/** What the shop's server works with. */
export interface Site {
  files: ReadonlyMap<string, PageFile>;
  /** Where the edge is. */
  endpoint: string;
  /** Stays in this process; no browser sees it. */
  secretKey: string;
}

const WHO = ["userId", "anonymousId"];
const PAGES = /^\/(?:cart|checkout|thanks|lamps\/[a-z]+)$/;

/** Serves the page, and to the page what the edge says of its visitor. */
export function createSite(site: Site): Server {
  return createLocalServer({
    endpoint: site.endpoint,
    trustedTypes: "shop",
    answer({ pathname, searchParams }) {
      if (pathname === "/edge") {
        const visitor = Object.fromEntries(
          WHO.flatMap((name) => searchParams.getAll(name).map((id) => [name, id])),
        );
        if (Object.keys(visitor).length === 0)
          return plainText(400, "Who? ?userId= or ?anonymousId= says so.");
        return askEdge(site, visitor);
      }
      const file = site.files.get(PAGES.test(pathname) ? "/" : pathname);
      return file ?? plainText(404, "There is no such page. The shop is at /.");
    },
  });
}

/**
 * What the edge says of a visitor, asked with the secret key. The page names the visitor, so that the demo can
 * show any; a real shop takes the user from its session.
 */
async function askEdge({ endpoint, secretKey }: Site, visitor: Record<string, string>): Promise<PageFile> {
  const answer = await fetch(`${endpoint}/v1/evaluate`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
    body: JSON.stringify(visitor),
  });
  if (!answer.ok) throw new Error(`the edge answered ${answer.status}: ${await answer.text()}`);
  return { type: "application/json", body: await answer.text() };
}
