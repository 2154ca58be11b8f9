import type { Server } from "node:http";
import type { Client } from "@openfeature/server-sdk";
import type { PageFile } from "../shop/server/bundle.ts";
import { createLocalServer, plainText } from "../shop/server/local-server.ts";

/** What the backend works with: it knows OpenFeature alone. */
export interface Backend {
  flags: Client;
  files: ReadonlyMap<string, PageFile>;
  endpoint: string;
}

/** Serves the page, and says at `/delivery?user=&plan=` how parcels come. */
export function createBackend({ flags, files, endpoint }: Backend): Server {
  return createLocalServer({
    endpoint,
    async answer({ pathname, searchParams }) {
      if (pathname !== "/delivery") return files.get(pathname) ?? plainText(404, "The page is at /.");
      const user = searchParams.get("user");
      if (!user) return plainText(400, "For whom? ?user= says so.");
      // A real backend takes both from its session and its database.
      const context = { targetingKey: user, plan: searchParams.get("plan") ?? "basic" };
      const [evening, days, note] = await Promise.all([
        flags.getBooleanValue("evening-delivery", false, context),
        flags.getNumberValue("delivery-days", 3, context),
        flags.getStringValue("delivery-note", "", context),
      ]);
      return { type: "application/json", body: JSON.stringify({ evening, days, note }) };
    },
  });
}
