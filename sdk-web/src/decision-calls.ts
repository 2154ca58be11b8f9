import type { Calls } from "./calls.ts";
import type { Client } from "./client.ts";
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

/** The calls that ask for flags and prompts and say what became of them. */
export type DecisionCalls = Pick<
  Client,
  "value" | "details" | "prompt" | "showPrompt" | "answerPrompt" | "setOverrides"
>;

export function createDecisionCalls(host: DecisionCallHost): DecisionCalls {
  const { decisions, decider, report, ready } = host;
  const expose = createExpose(host);
  const details: DecisionCalls["details"] = (flag, fallback, options) => {
    const decision = decider.flag(toKey(flag), fallback);
    if (options?.expose !== false) void expose(decision);
    return decision;
  };

  let prompts: Promise<typeof import("./show-prompts.ts")> | undefined;
  /** Does what is about a prompt that shows; what is none, or cannot be fetched, is reported. */
  const withPrompts = async <Result>(
    task: (prompts: typeof import("./show-prompts.ts")) => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      // Kept, since the browser itself may take its time, and who answers may be on their way to another page.
      prompts ??= import("./show-prompts.ts");
      return await task(await prompts);
    } catch (error) {
      prompts = undefined;
      return void report("invalid-argument", "decision", error);
    }
  };

  return {
    details,
    value: (flag, fallback) => details(flag, fallback).value,
    prompt: (placement, moment) => decider.prompt(toKey(placement), moment?.leaving === true),

    async showPrompt(decision) {
      await ready;
      return (await withPrompts(({ claimPrompt }) => claimPrompt(decision, { ...host, expose }))) === true;
    },

    answerPrompt: (decision, action) =>
      withPrompts(({ answerPrompt }) => answerPrompt(decision, action, { ...host, expose })),

    setOverrides(given) {
      const overrides = takeOverrides(given);
      if (!overrides)
        return report("invalid-argument", "overrides", "choices by key, as text; campaigns: true or false");
      decider.overrides = overrides;
      decisions.update(true);
    },
  };
}

/** What is no text is no key. */
function toKey(value: unknown): string {
  return typeof value === "string" ? value : "";
}
