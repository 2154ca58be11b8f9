import type { PromptDecision } from "@muster/rules/decide";
import { PENDING } from "./bounds.ts";
import type { Calls } from "./calls.ts";
import type { PromptAction } from "./client.ts";
import type { Decider } from "./decider.ts";
import type { Expose } from "./exposures.ts";
import type { Journal } from "./journal.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";
import type { Tabs } from "./tabs/tabs.ts";

/** What shows prompts, and hears what became of them; a page fetches it with the first one. */
export interface PromptHost {
  readonly decider: Pick<Decider, "prompt" | "isChosen">;
  readonly journal: Pick<Journal, "look">;
  readonly calls: Pick<Calls, "tell" | "track">;
  readonly replica: Pick<Replica, "pending">;
  readonly report: Report;
  readonly tabs: Tabs | undefined;
  expose: Expose;
  isClosed(): boolean;
}

/**
 * Claims what was decided to be shown: of all tabs one at a time looks at what the others have shown, decides again, and
 * keeps that it shows. Gives whether it may.
 */
export async function claimPrompt(
  { placement, campaign = "", assignment }: PromptDecision,
  { decider, journal, calls, replica, tabs, expose, isClosed }: PromptHost,
): Promise<boolean> {
  const claim = async (): Promise<boolean> => {
    await journal.look();
    // Whether the visitor was about to leave then, nobody knows any more.
    const again = [false, true]
      .map((leaving) => decider.prompt(placement, leaving))
      .find((one) => one.campaign === campaign && one.assignment?.variation === assignment?.variation);
    if (!again || isClosed()) return false;
    if (decider.isChosen(campaign)) return true;
    // What nobody would know of would show again and again.
    if (replica.pending.size >= PENDING) return false;
    await Promise.all([calls.tell("$prompt", { campaign, placement, action: "shown" }), expose(again)]);
    return true;
  };
  return tabs ? tabs.alone(claim) : claim();
}

const ACTIONS: readonly PromptAction[] = ["accepted", "declined", "dismissed"];

/** Tracks what the user did with what is shown, and the event that the action names. */
export async function answerPrompt(
  { placement, campaign, content }: PromptDecision,
  action: PromptAction,
  { decider, calls, report }: PromptHost,
): Promise<void> {
  if (campaign === undefined || !ACTIONS.includes(action))
    return report("invalid-argument", "action", `of what is shown: ${ACTIONS.join(", ")}`);
  if (decider.isChosen(campaign)) return;
  const { primary, secondary } = content ?? {};
  const event = { accepted: primary?.event, declined: secondary?.event, dismissed: undefined }[action];
  await Promise.all([
    calls.tell("$prompt", { campaign, placement, action }),
    event !== undefined && calls.track(event),
  ]);
}
