import type { CaptureOptions } from "./capture/capture.ts";
import type { ClientProblem } from "./report.ts";

export interface ClientOptions {
  /** A publishable key, `mst_pub_…`. */
  key: string;
  /** Where the edge is, as `https://segments.example.com`. */
  endpoint: string;
  /** The user that the application already knows at start; the same as calling `identify` first. */
  userId?: string;
  /** Where things are kept; left out, `indexeddb`. `memory` keeps nothing beyond the page. */
  storage?: "indexeddb" | "memory";
  /** What is captured without a call; left out all, `false` nothing. */
  capture?: false | CaptureOptions;
  /** The answers while nothing is known of the user yet; a segment left out is false. */
  fallback?: { readonly [segment: string]: boolean };
  /** Hears what went wrong. Nothing is thrown into the page. */
  onError?: (problem: ClientProblem) => void;
  /** The clock, in ms since the epoch; left out, `Date.now`. */
  now?: () => number;
}
