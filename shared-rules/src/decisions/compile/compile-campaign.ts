import { durationMs } from "../../parse/parse-duration.ts";
import type { Rule, Where } from "../../rule.ts";
import type { Campaign, Caps, Trigger } from "../definitions.ts";
import type { TableCampaign } from "../table.ts";
import { conditionsOf } from "./audience.ts";
import type { HiddenSegments } from "./hidden-segments.ts";

/** What must not have been shown too often: one campaign, or any. */
function conditionsOfCaps({ once, every, atMost }: Caps = {}, campaign?: string): Rule[] {
  const isShown: Where = { prop: "action", op: "eq", value: "shown" };
  const where: Where =
    campaign === undefined ? isShown : { all: [isShown, { prop: "campaign", op: "eq", value: campaign }] };
  const shown = { event: "$prompt", where };
  return [
    ...(once ? [{ ...shown, op: "eq", value: 0 } as const] : []),
    ...(every ? [{ ...shown, within: every, op: "eq", value: 0 } as const] : []),
    ...(atMost === undefined ? [] : [{ ...shown, op: "lt", value: atMost } as const]),
  ];
}

/** A trigger that is a fact of the past. */
function conditionsOfTrigger(trigger: Trigger | undefined): Rule[] {
  if (trigger?.on === "event") {
    const { on, ...event } = trigger;
    return [{ ...event, op: "gte", value: 1 }];
  }
  if (trigger?.on === "page") {
    const { on, ...comparison } = trigger;
    return [{ event: "$page", measure: { last: "path" }, ...comparison }];
  }
  return [];
}

/** How a campaign is decided, and who may see it. */
export function compileCampaign(
  key: string,
  campaign: Campaign,
  capsOfAll: Caps | undefined,
  segments: HiddenSegments,
): TableCampaign {
  const { kind, audience, trigger, caps, start, end, content, experiment } = campaign;
  const segment = segments.add(`$campaign/${key}`, [
    ...conditionsOf(audience),
    ...conditionsOfTrigger(trigger),
    ...conditionsOfCaps(caps, key),
    ...conditionsOfCaps(capsOfAll),
  ]);
  return {
    key,
    kind,
    ...(segment !== undefined && { segment }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(trigger?.on === "delay" && { delay: durationMs(trigger.after) }),
    ...(trigger?.on === "exit" && { exit: true }),
    content,
    ...(experiment && { experiment: experiment.key, contents: experiment.contents }),
  };
}
