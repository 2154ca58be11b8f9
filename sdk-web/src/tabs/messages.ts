import type { Consent } from "../options.ts";

/** What tabs tell each other. All of them are of one origin, so what comes is trusted. */
export interface Message {
  /** Something else stands on disk now. */
  look?: true;
  consent?: Consent;
  /** Asks the tab that leads to send all, and to answer with this. */
  flush?: string;
  flushed?: string;
  /** Someone looks at this tab, which does not lead: one that nobody looks at shall hand over. */
  seen?: true;
}
