import type { FlagDecision, PromptDecision } from "@muster/rules/decide";
import type { DecideResponse } from "@muster/rules/wire";
import { BY_DEVICE, FLAGS, GROUPED, ONCE, PLACEMENT } from "./choices.ts";
import { ask as askTab } from "./choose.ts";
import type { Device, Tab } from "./device.ts";
import type { ProfileTruth, Truth } from "./truth.ts";
import { ownerIn } from "./truth.ts";
import type { World } from "./world.ts";

/** Asks the edge, and waits for its answer. */
type Ask = <Body>(path: string, body: object) => Promise<Body | undefined>;

/** What must hold of flags, exposures and prompts once a run is quiet. */
export async function checkChoices(world: World, truth: Truth, ask: Ask): Promise<void> {
  const fail = (problem: string): void => world.fail(problem);
  for (const profile of truth.profiles.values())
    for (const { id, name } of profile.events.values()) {
      if (name === "$exposure") world.exposures.checkEvent(profile, id, truth, fail);
      if (name === "$prompt" && !world.claims.has(id)) fail(`nobody has shown ${id} of ${profile.id}`);
    }
  world.exposures.checkKept(truth, fail);
  world.claims.checkKept(truth, fail);
  for (const device of world.devices) await checkDevice(world, device, truth, ask);
}

async function checkDevice(world: World, device: Device, truth: Truth, ask: Ask): Promise<void> {
  const { tabs } = device;
  const [first] = tabs;
  const user = first?.client.inspect()?.user;
  const { id: userId = null, anonymousId } = user ?? {};
  if (typeof anonymousId !== "string") return;
  const ids = { anonymousId, ...(userId !== null && { userId }) };
  const answer = await ask<DecideResponse>("/v1/decide", ids);
  if (answer === undefined) return;
  const profile = ownerIn(truth, ids);
  // Where the disk did not take who the user is, the edge knows them by a name that the device does not have.
  if ((profile?.userId ?? null) !== userId) return;
  // What a device itself has seen is on its disk, and in the log.
  const isKept = device.diskFaults === 0 && !world.held.isErased(anonymousId);
  for (const tab of tabs) {
    for (const flag of FLAGS) {
      const decision = askTab(world, tab, flag, false);
      if (flag === BY_DEVICE && !isKept) continue;
      const [own, edge] = [describe(decision), describe(answer.flags[flag])];
      if (own !== edge) world.fail(`${tab.name} decides ${flag} ${own}, the edge ${edge}`);
      checkFirst(world, tab, decision, profile);
    }
    const prompt = tab.client.prompt(PLACEMENT);
    const [own, edge] = [describePrompt(prompt), describePrompt(answer.prompts[PLACEMENT])];
    if (own !== edge) world.fail(`${tab.name} is to show ${own}, by the edge ${edge}`);
    const isSeen = [...(profile?.events.values() ?? [])].some(
      ({ name, props }) => name === "$prompt" && props.campaign === ONCE && props.action === "shown",
    );
    if (isSeen && prompt.campaign === ONCE) world.fail(`${tab.name} would show ${ONCE} again`);
  }
}

/** By the log alone: the first exposure binds. */
function checkFirst(
  world: World,
  tab: Tab,
  decision: FlagDecision<unknown> | undefined,
  profile: ProfileTruth | undefined,
): void {
  const { experiment, iteration, variation, unit } = decision?.assignment ?? {};
  if (experiment === undefined || GROUPED.includes(experiment)) return;
  const exposures = [...(profile?.events.values() ?? [])].filter(
    ({ name, props }) =>
      name === "$exposure" && props.experiment === experiment && props.iteration === iteration,
  );
  const own = experiment === BY_DEVICE ? exposures.filter(({ props }) => props.unit === unit) : exposures;
  const [first] = own.sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1));
  if (first !== undefined && first.props.variation !== variation)
    world.fail(
      `${tab.name} is told ${variation} of ${experiment}, was first exposed to ${first.props.variation}`,
    );
}

function describe(decision: FlagDecision<unknown> | undefined): string {
  const { value, variation, reason, rule, errorCode, assignment } = decision ?? {};
  return JSON.stringify([value, variation, reason, rule, errorCode, assignment]);
}

function describePrompt(decision: PromptDecision | undefined): string {
  const { campaign, reason, assignment } = decision ?? {};
  return JSON.stringify([campaign, reason, assignment]);
}
