import type { Client, ClientProblem } from "@muster/web";

declare global {
  /** What the page below leaves for tests. */
  var client: Client;
  var problems: ClientProblem[];
}

/** The page: a client that captures nothing by itself, with key, endpoint and consent from the page's address. */
export const PAGE = `
  import { createClient } from "/index.js";
  const query = new URLSearchParams(location.search);
  globalThis.problems = [];
  globalThis.client = createClient({
    key: query.get("key"),
    endpoint: query.get("endpoint"),
    capture: false,
    consent: query.get("consent") ?? "granted",
    onError: (problem) => problems.push(problem),
  });
  document.documentElement.dataset.ready = "";
`;
