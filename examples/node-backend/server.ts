import { createServer, type Server, type ServerResponse } from "node:http";
import type { Client } from "@muster/node";

/** Whoever is in this segment may use the export; `rule.json` says who that is. */
const SEGMENT = "power-user";

/** What a real backend takes from its session and its database. */
interface Account {
  userId: string;
  traits: { plan: string };
}

/** A small backend whose export is a feature for one segment. */
export function createBackend(muster: Client, accounts: ReadonlyMap<string, Account>): Server {
  const findAccount = (url: URL) => accounts.get(url.searchParams.get("user") ?? "");

  return createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const account = findAccount(url);
    if (account === undefined) return answer(response, 401, "Who are you? Add ?user=ann");

    switch (`${request.method} ${url.pathname}`) {
      case "POST /reports":
        muster.track({ userId: account.userId }, "Report Ordered");
        return answer(response, 202, "Your report is being made.");
      case "GET /export":
        // The fallback: while nothing is known, the feature stays closed.
        if (await muster.isMember(SEGMENT, account, false))
          return answer(response, 200, "id,total\n1,139.12\n");
        return answer(response, 403, "The export opens on the pro plan, or with three reports in 30 days.");
      default:
        return answer(response, 404, "There are POST /reports and GET /export.");
    }
  });
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
