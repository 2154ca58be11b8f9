import type { Consent } from "../options.ts";
import type { Change } from "../store/store.ts";

/** What tabs tell each other. All of them are of one origin, so what comes is trusted. */
export interface Message {
  /** What has changed in one step. */
  changes?: readonly Change[];
  /** The user is to be forgotten, before the changes. */
  erase?: true;
  consent?: Consent;
  /** Asks the tab that leads to send all, and to answer with this. */
  flush?: string;
  flushed?: string;
  /** Someone looks at this tab, which does not lead: one that nobody looks at shall hand over. */
  seen?: true;
}
