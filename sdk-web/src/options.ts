import type { Overrides } from "@muster/rules/decide";
import type { Bootstrap } from "@muster/rules/wire";
import type { CaptureOptions } from "./capture/capture.ts";
import type { ClientProblem } from "./report.ts";

/**
 * Whether the user agrees to be remembered. `pending`: nothing touches the disk or the network; what they do stays in
 * memory and decides there. `granted`: it is kept and sent, with what memory holds. `denied`: nothing is tracked, and
 * what was kept is erased.
 */
export type Consent = "granted" | "pending" | "denied";

export const CONSENTS: readonly Consent[] = ["granted", "pending", "denied"];

export interface ClientOptions {
  /** A publishable key, `mst_pub_…`. */
  key: string;
  /** Where the edge is, as `https://segments.example.com`. */
  endpoint: string;
  /** The user that the application already knows at start; the same as calling `identify` first. */
  userId?: string;
  /**
   * Gets the token by which your server says that `userId` is logged in: a JWT whose `sub` is that id. Needed where the
   * workspace requires identity. It is asked for when the edge is talked to, and anew when the edge no longer takes the
   * last one; while it fails, what is this user's waits, and nothing else does.
   */
  token?: (userId: string) => string | Promise<string>;
  /** Where things are kept; left out, `indexeddb`. `memory` keeps nothing beyond the page. */
  storage?: "indexeddb" | "memory";
  /** What is captured without a call; left out all, `false` nothing. */
  capture?: false | CaptureOptions;
  /** The answers while nothing is known of the user yet; a segment left out is false. */
  fallback?: { readonly [segment: string]: boolean };
  /**
   * The edge's answer to `POST /v1/bootstrap`, put into the page's HTML by its server: answers are right at once, before
   * disk and network. One for a user other than the device's identifies them. What is not such an answer is reported
   * and left aside.
   */
  bootstrap?: Bootstrap;
  /** Left out, `granted`; see `setConsent`. */
  consent?: Consent;
  /** Choices for a preview; see `setOverrides`. */
  overrides?: Overrides;
  /** Hears what went wrong. Nothing is thrown into the page. */
  onError?: (problem: ClientProblem) => void;
  /** The clock, in ms since the epoch; left out, `Date.now`. */
  now?: () => number;
}
