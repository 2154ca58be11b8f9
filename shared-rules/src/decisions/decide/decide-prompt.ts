import type { Content } from "../definitions.ts";
import type { DecisionTable, TableCampaign } from "../table.ts";
import type { Asked } from "./asked.ts";
import { assign } from "./assign.ts";
import type { Decision } from "./decision.ts";
import { own, Reading } from "./reading.ts";

/** What only the page knows of the moment. */
export interface Moment {
  /** When the page was shown (ms since 1970-01-01 UTC); left out, no delay has passed. */
  shownAt?: number;
  /** Whether the visitor is about to leave. */
  leaving?: boolean;
}

/** What to begin to show in a placement: a campaign, or nothing where there is none. */
export interface PromptDecision extends Decision {
  placement: string;
  campaign?: string;
  kind?: "prompt" | "banner";
  content?: Content;
}

/**
 * Decides what a placement shows: its first campaign that may be shown now. Pure and total; where an answer is not
 * known yet that could put a campaign first, it shows none.
 */
export function decidePrompt(
  table: DecisionTable,
  placement: string,
  asked: Asked,
  { shownAt = Number.NaN, leaving = false }: Moment = {},
): PromptDecision {
  const reading = new Reading(table, asked);
  const campaigns = own(table.placements, placement) ?? [];
  const chosen = ({ key }: TableCampaign) => own(asked.overrides?.campaigns, key);
  const previewed = campaigns.find(chosen);
  const found =
    previewed ??
    campaigns.find(
      (one) =>
        chosen(one) !== false &&
        reading.isRunning(one) &&
        (!one.exit || leaving) &&
        (!one.delay || reading.isPast(shownAt + one.delay)) &&
        reading.holds(one.segment),
    );
  const campaign = found?.key ?? "";
  const assignment = found?.experiment && assign(found.experiment, { campaign }, reading);
  const { ready, until } = reading;
  if (!ready) return { placement, reason: "ERROR", errorCode: "PROVIDER_NOT_READY", until };
  if (!found) return { placement, reason: "DEFAULT", until };
  const { kind, content, contents } = found;
  const shown = { placement, campaign, kind, content, until };
  return assignment
    ? { ...shown, content: own(contents, assignment.variation) ?? content, assignment, reason: "SPLIT" }
    : { ...shown, reason: previewed ? "STATIC" : "TARGETING_MATCH" };
}
