import { VISIT_MS } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { Data } from "../operation.ts";
import { describeDevice } from "./device.ts";
import { capturePages } from "./pages.ts";

/** What is captured without a call of the application; what is left out is. */
export interface CaptureOptions {
  /** `$page` {path, title, referrer, search} for each page and each path set through the history API. */
  pages?: boolean;
  /** `visit` when the user comes, or comes back after 30 minutes without activity. */
  visits?: boolean;
  /** `$time` {seconds} for as long as the page was looked at. */
  time?: boolean;
  /** The traits `device.type`, `device.os`, `browser` and `language`. */
  device?: boolean;
}

/** What capturing remembers from page to page. */
export interface Memory {
  /** When the user was last active, in ms since the epoch. */
  active?: number;
  /** The device as it was last told to the edge. */
  device?: string | undefined;
}

/** What capturing needs of the client. */
export interface CaptureHost {
  /** The device's. */
  readonly clock: Clock;
  track(name: string, props: Data): void;
  setTraits(traits: Data): void;
  /** The user's traits as far as they are known here. */
  traits(): Data;
  /** What was remembered last, by any tab. */
  memory(): Memory;
  remember(memory: Memory): void;
}

/** Reports by itself what a page and its visitor do. */
export interface Capture {
  /** The user did something. */
  touch(): void;
  shown(): void;
  hidden(): void;
  /** Another user is here from now on. */
  renew(): void;
  stop(): void;
}

/** Begins to capture where it was left off. */
export function startCapture(host: CaptureHost, options: CaptureOptions): Capture {
  const { clock, track, remember, memory } = host;
  const { pages = true, visits = true, time = true, device = true } = options;
  /** Since when someone has been looking at the page. */
  let since: number | undefined;

  const touch = (): void => {
    const { active = 0, ...rest } = memory();
    const now = clock.now();
    remember({ ...rest, active: now });
    if (now - active >= VISIT_MS && visits) track("visit", {});
  };
  const shown = (): void => {
    touch();
    since ??= clock.now();
  };
  const hidden = (): void => {
    // More than a visit's pause is a machine that slept.
    const ms = Math.min(clock.now() - (since ?? clock.now()), VISIT_MS);
    since = undefined;
    if (ms >= 500 && time) track("$time", { seconds: Math.round(ms / 1000) });
  };
  const begin = (): void => {
    const traits = describeDevice(navigator);
    const known = host.traits();
    // Traits that no rule reads are not known here; those that are may have been told by another device.
    const differs = Object.entries(traits).some(([name, value]) => (known[name] ?? value) !== value);
    const text = JSON.stringify(traits);
    if (device && (differs || memory().device !== text)) host.setTraits(traits);
    remember({ ...memory(), device: text });
    touch();
  };

  begin();
  if (!document.hidden) shown();
  const stop = pages ? capturePages(track) : () => {};
  return {
    touch,
    shown,
    hidden,
    stop,
    renew() {
      remember({});
      begin();
    },
  };
}
