import type { PromptDecision } from "@muster/rules/decide";
import type { PromptAction } from "./client.ts";

/** What showing prompts needs of a client, whatever its placements are called. */
export interface PromptClient {
  prompt(placement: string, moment?: { leaving?: boolean }): PromptDecision;
  showPrompt(decision: PromptDecision): Promise<boolean>;
  answerPrompt(decision: PromptDecision, action: PromptAction): Promise<void>;
  subscribe(listener: () => void): () => void;
  /** Whose prompts these are; undefined before anything is known. */
  inspect(): { user: { anonymousId?: string | null } } | undefined;
}

/** A placement of a page, and what has become of what it showed. */
export interface Placement {
  readonly placement: string;
  /** Whom the rest is about. */
  owner?: string | null | undefined;
  /** The campaign that was answered last, or could not be claimed: not begun again before something else is decided. */
  done?: string | undefined;
  /** Something is about to be shown. */
  isBusy?: boolean;
}

/** Notes who the user is; true where they are another than before, to whom nothing here is shown yet. */
export function noteUser(client: PromptClient, place: Placement): boolean {
  const owner = client.inspect()?.user.anonymousId;
  if (owner === place.owner) return false;
  place.owner = owner;
  place.done = undefined;
  return true;
}

/** What may be begun now. */
export function findNext(
  client: PromptClient,
  place: Placement,
  leaving: boolean,
): PromptDecision | undefined {
  // In a page that nobody looks at nothing is decided.
  if (document.hidden) return undefined;
  const decision = client.prompt(place.placement, { leaving });
  const other = client.prompt(place.placement, { leaving: !leaving });
  const isKnown = !decision.errorCode && !other.errorCode;
  if (isKnown && ![decision.campaign, other.campaign].includes(place.done)) place.done = undefined;
  return decision.campaign === place.done ? undefined : decision;
}

/** Claims it for this page; false where it may not be shown. */
export async function claim(
  client: PromptClient,
  place: Placement,
  decision: PromptDecision,
): Promise<boolean> {
  const isOurs = await client.showPrompt(decision);
  noteUser(client, place);
  if (!isOurs && !document.hidden) place.done = decision.campaign;
  return isOurs;
}

/** The user has acted; resolves once that is kept. */
export function answer(
  client: PromptClient,
  place: Placement,
  decision: PromptDecision,
  action: PromptAction,
): Promise<void> {
  place.done = decision.campaign;
  return client.answerPrompt(decision, action);
}
