import type { PromptDecision } from "@muster/rules/decide";
import type { Calls } from "./calls.ts";
import type { Client, PromptAction } from "./client.ts";
import type { Decider } from "./decider.ts";
import type { Decisions } from "./decisions.ts";
import { createExpose, type ExposureHost } from "./exposures.ts";
import type { Journal } from "./journal.ts";
import { isPreview, takeOverrides } from "./overrides.ts";
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
}

const ACTIONS: readonly PromptAction[] = ["accepted", "declined", "dismissed"];

/** The calls that ask for flags and prompts and say what became of them. */
export type DecisionCalls = Pick<
  Client,
  "value" | "details" | "prompt" | "showPrompt" | "answerPrompt" | "setOverrides"
>;

export function createDecisionCalls(host: DecisionCallHost): DecisionCalls {
  const { decisions, decider, journal, calls, tabs, report, ready } = host;
  const exposeAnyone = createExpose(host);
  const expose: typeof exposeAnyone = async (decision) => {
    if (!isPreview(decider.overrides)) await exposeAnyone(decision);
  };
  /** A campaign that is shown for a preview. */
  const isChosen = (campaign: string): boolean => {
    const { campaigns = {} } = decider.overrides;
    return Object.hasOwn(campaigns, campaign) && campaigns[campaign] === true;
  };

  const details: DecisionCalls["details"] = (flag, fallback, options) => {
    const decision = decider.flag(isText(flag) ? flag : "", fallback);
    if (options?.expose !== false) void expose(decision);
    return decision;
  };

  const prompt = (placement: string, leaving?: boolean): PromptDecision =>
    decider.prompt(isText(placement) ? placement : "", leaving);

  return {
    details,
    value: (flag, fallback) => details(flag, fallback).value,
    prompt: (placement, moment) => prompt(placement, moment?.leaving),

    async showPrompt(decision) {
      const { placement = "", campaign, assignment } = decision ?? {};
      const claim = async (): Promise<boolean> => {
        // What another tab has shown stands there.
        await journal.look();
        const again = [false, true]
          .map((leaving) => prompt(placement, leaving))
          .find((one) => one.campaign === campaign && one.assignment?.variation === assignment?.variation);
        if (!again || !campaign) return false;
        if (!isChosen(campaign))
          await Promise.all([calls.tell("$prompt", { campaign, placement, action: "shown" }), expose(again)]);
        return true;
      };
      await ready;
      return tabs ? tabs.alone(claim) : claim();
    },

    async answerPrompt(decision, action) {
      const { placement, campaign, content } = decision ?? {};
      if (!isText(campaign) || !ACTIONS.includes(action))
        return report("invalid-argument", "action", `of what is shown: ${ACTIONS.join(", ")}`);
      if (isChosen(campaign)) return;
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

function isText(value: unknown): value is string {
  return typeof value === "string";
}
