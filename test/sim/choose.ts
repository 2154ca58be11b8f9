import type { FlagDecision, PromptDecision } from "@muster/rules/decide";
import { FLAGS, PLACEMENT } from "./choices.ts";
import type { Tab } from "./device.ts";
import type { ActionOf } from "./steps.ts";
import { tabOf } from "./tab-actions.ts";
import type { World } from "./world.ts";

/** What the caller says where nothing can be decided. */
const FALLBACK = "fallback";

/** A tab's decision for a flag. It never throws (law 6). */
export function ask(
  world: World,
  tab: Tab,
  flag: string,
  expose: boolean,
): FlagDecision<unknown> | undefined {
  try {
    return tab.client.details(flag, FALLBACK, { expose });
  } catch (error) {
    world.fail(`${tab.name}: ${flag} throws ${error}`);
    return undefined;
  }
}

export function decide(world: World, { flag: index, exposes, ...place }: ActionOf<"decide">): void {
  const flag = FLAGS[index];
  const tab = tabOf(world, place);
  const decision = flag === undefined ? undefined : ask(world, tab, flag, exposes);
  if (flag === undefined || decision === undefined) return;
  const { variation, reason, assignment } = decision;
  world.scheduler.note(
    `${tab.name} is told ${flag} ${variation} ${reason} ${JSON.stringify(assignment ?? {})}`,
  );
  world.held.tell(tab, flag, decision, exposes);
  if (exposes) world.exposures.end(world.exposures.begin(tab, decision), true);
}

/** As a page does that has a place for prompts: what is there to show it claims, and shows. */
export function show(world: World, place: ActionOf<"show">): void {
  const tab = tabOf(world, place);
  let decision: PromptDecision;
  try {
    decision = tab.client.prompt(PLACEMENT);
  } catch (error) {
    world.fail(`${tab.name}: ${PLACEMENT} throws ${error}`);
    return;
  }
  const { campaign } = decision;
  if (campaign === undefined) return;
  world.scheduler.note(`${tab.name} is to show ${campaign}`);
  const claim = world.claims.begin(tab, campaign);
  const telling = world.exposures.begin(tab, decision);
  const refuse = (error: unknown): void => world.fail(`${tab.name}: showPrompt rejects: ${error}`);
  void tab.client.showPrompt(decision).then((isShown) => {
    world.scheduler.note(`${tab.name} ${isShown ? "shows" : "does not show"} ${campaign}`);
    world.claims.end(claim, isShown);
    world.exposures.end(telling, isShown);
  }, refuse);
}
