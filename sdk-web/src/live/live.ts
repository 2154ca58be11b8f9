import type { Consent } from "../options.ts";
import { createLead, type Lead, type LeadHost } from "./lead.ts";
import { createPage, type Page, type PageHost } from "./page.ts";

/** What goes on by itself: talking to the edge, and following the page. No decision waits for it. */
export interface Live {
  readonly lead: Lead;
  readonly page: Page;
  /** Does what the user agrees to, and no more. */
  follow(consent: Consent): void;
  stop(): void;
}

export function createLive(host: LeadHost & Omit<PageHost, "lead">): Live {
  const lead = createLead(host);
  const page = createPage({ ...host, lead });
  return {
    lead,
    page,
    follow(consent) {
      if (consent === "granted") lead.campaign();
      else lead.resign();
      if (consent === "denied") page.rest();
      else page.start();
    },
    stop() {
      page.stop();
      lead.resign();
    },
  };
}
