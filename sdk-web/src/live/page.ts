import type { Stamp } from "../calls.ts";
import type { Capture, CaptureOptions } from "../capture/capture.ts";
import type { CorrectedClock } from "../clock.ts";
import type { Decisions } from "../decisions.ts";
import type { Journal } from "../journal.ts";
import type { Data } from "../operation.ts";
import { CAPTURE } from "../records.ts";
import type { Replica } from "../replica.ts";
import type { Report } from "../report.ts";
import type { Message } from "../tabs/messages.ts";
import type { Lead } from "./lead.ts";
import { watchPage } from "./lifecycle.ts";

/** What a page works on. */
export interface PageHost {
  readonly clock: CorrectedClock;
  readonly replica: Replica;
  readonly journal: Pick<Journal, "commit" | "record" | "look">;
  readonly decisions: Decisions;
  readonly lead: Lead;
  readonly captured: false | CaptureOptions;
  stamp(): Stamp;
  readonly report: Report;
  tell(message: Message): void;
  /** The page is back after it gave the lead up. */
  back(): void;
}

/** The page that a client lives in: what it goes through, and what is captured of it. */
export interface Page {
  readonly capture: Capture | undefined;
  /** Follows the page and captures; what runs already goes on. */
  start(): void;
  /** Captures no longer. */
  rest(): void;
  stop(): void;
}

export function createPage(host: PageHost): Page {
  const { clock, replica, journal, decisions, lead, captured, stamp } = host;
  let capture: Capture | undefined;
  let unwatch: (() => void) | undefined;

  let isResting = true;

  const rest = (): void => {
    isResting = true;
    capture?.stop();
    capture = undefined;
  };

  const startCapturing = async (options: CaptureOptions): Promise<void> => {
    const { startCapture } = await import("../capture/capture.ts");
    if (isResting || capture) return;
    const captureHost = {
      clock: { ...clock, now: clock.device },
      track: (name: string, props: Data) => void journal.record({ type: "track", ...stamp(), name, props }),
      setTraits: (set: Data) => void journal.record({ type: "set", ...stamp(), set }),
      traits: () => replica.user?.traits ?? {},
      memory: () => replica.memory,
      remember: (memory: Replica["memory"]) => void journal.commit([[CAPTURE, memory]]),
    };
    capture = startCapture(captureHost, options);
  };

  return {
    get capture() {
      return capture;
    },
    rest,

    start() {
      if (!globalThis.document) return;
      isResting = false;
      if (captured !== false)
        void startCapturing(captured).catch((error) => host.report("bad-answer", "", error));
      unwatch ??= watchPage({
        shown() {
          capture?.shown();
          decisions.update();
          if (lead.leader) lead.leader.freshen();
          else if (!document.hidden) host.tell({ seen: true });
        },
        hidden() {
          capture?.hidden();
          decisions.update();
          lead.leader?.leave();
        },
        left() {
          // A page that is closed while someone looks at it is not hidden before.
          lead.leader?.leave();
          lead.resign();
        },
        back() {
          void journal.look();
          host.back();
        },
        online: () => void lead.leader?.flush(),
      });
    },

    stop() {
      unwatch?.();
      rest();
    },
  };
}
