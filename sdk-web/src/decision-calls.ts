import type { Calls } from "./calls.ts";
import type { Client, PromptAction } from "./client.ts";
import type { Decider } from "./decider.ts";
import type { Decisions } from "./decisions.ts";
import { createExpose, type ExposureHost } from "./exposures.ts";
import type { Journal } from "./journal.ts";
import { takeOverrides } from "./overrides.ts";
import type { Report } from "./report.ts";
import type { Tabs } from "./tabs/tabs.ts";

/** What the calls about flags and prompts need. */
export interface DecisionCallHost extends ExposureHost {
  readonly decisions: Decisions;
  readonly decider: Decider;
  readonly journal: Journal;
  readonly calls: Pick<Calls, "tell" | "track">;
  readonly tabs: Tabs | undefined;
  readonly report: Report;
  /** When memory is filled. */
  readonly ready: Promise<void>;
  isClosed(): boolean;
}

const ACTIONS: readonly PromptAction[] = ["accepted", "declined", "dismissed"];

/** The calls that ask for flags and prompts and say what became of them. */
export type DecisionCalls = Pick<
  Client,
  "value" | "details" | "prompt" | "showPrompt" | "answerPrompt" | "setOverrides"
>;

export function createDecisionCalls(host: DecisionCallHost): DecisionCalls {
  const { decisions, decider, calls, report, ready } = host;
  const expose = createExpose(host);
  const details: DecisionCalls["details"] = (flag, fallback, options) => {
    const decision = decider.flag(toKey(flag), fallback);
    if (options?.expose !== false) void expose(decision);
    return decision;
  };

  return {
    details,
    value: (flag, fallback) => details(flag, fallback).value,
    prompt: (placement, moment) => decider.prompt(toKey(placement), moment?.leaving),

    async showPrompt(decision) {
      if (!isText(decision?.campaign)) return false;
      await ready;
      try {
        const { claimPrompt } = await import("./claim-prompt.ts");
        return await claimPrompt(decision, { ...host, expose });
      } catch (error) {
        report("bad-answer", "", error);
        return false;
      }
    },

    async answerPrompt(decision, action) {
      const { placement, campaign, content } = decision ?? {};
      if (!isText(campaign) || !ACTIONS.includes(action))
        return report("invalid-argument", "action", `of what is shown: ${ACTIONS.join(", ")}`);
      if (decider.isChosen(campaign)) return;
      const { event } =
        { accepted: content?.primary, declined: content?.secondary, dismissed: undefined }[action] ?? {};
      await Promise.all([
        calls.tell("$prompt", { campaign, placement, action }),
        event !== undefined && calls.track(event),
      ]);
    },

    setOverrides(given) {
      const overrides = takeOverrides(given);
      if (!overrides)
        return report(
          "invalid-argument",
          "overrides",
          "flags and experiments: text by key; campaigns: true or false",
        );
      decider.overrides = overrides;
      decisions.update(true);
    },
  };
}

/** What is no text is no key. */
function toKey(value: unknown): string {
  return isText(value) ? value : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
