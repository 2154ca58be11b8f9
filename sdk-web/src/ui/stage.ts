import type { PromptDecision } from "@muster/rules/decide";
import type { PromptAnswer, PromptClient } from "./client.ts";
import { isEscapeFree } from "./escape.ts";
import { loadImage } from "./load-image.ts";
import type { PromptElement } from "./prompt-element.ts";
import { readContent, type Shown } from "./read-content.ts";

/** What a placement shows until the visitor answers or leaves, whatever is decided meanwhile. */
export interface Showing {
  decision: PromptDecision;
  kind: "prompt" | "banner";
  content: Shown;
  image: HTMLImageElement | undefined;
  isFloating: boolean;
  answer(action: PromptAnswer, cause: Event): void;
}

/** A placement of the page; of its elements one shows what there is. */
interface Slot {
  readonly placement: string;
  readonly elements: Set<PromptElement>;
  showing?: Showing;
  /** Something is about to be shown. */
  isBusy: boolean;
  /** The campaign that was answered last, or could not be claimed: not to be begun again at once. */
  done?: string | undefined;
}

/** What one page shows of one client. */
export interface Stage {
  add(element: PromptElement): void;
  remove(element: PromptElement): void;
  /** Begins to show what is decided now, where nothing is shown. */
  look(moment?: { leaving: boolean }): void;
  stop(): void;
}

export function createStage(client: PromptClient): Stage {
  const slots = new Map<string, Slot>();
  const listening = new AbortController();
  const { signal } = listening;
  /** The one placement that shows, or is about to, something over the page. */
  let floating: Slot | undefined;

  const hostOf = ({ elements }: Slot): PromptElement | undefined =>
    [...elements].find((element) => element.getClientRects().length > 0);

  /** Draws what the slot shows in one of its elements, if it is not drawn. */
  const draw = ({ showing, elements }: Slot): PromptElement | undefined => {
    if (!showing || [...elements].some((element) => element.isShowing)) return undefined;
    const [element] = elements;
    element?.show(showing);
    return element;
  };

  const answer = (slot: Slot, decision: PromptDecision, action: PromptAnswer, cause: Event): void => {
    if (slot.showing?.decision !== decision) return;
    const element = [...slot.elements].find(({ isShowing }) => isShowing);
    delete slot.showing;
    slot.done = decision.campaign;
    if (floating === slot) floating = undefined;
    element?.clear();
    const isTaken = element?.tell("muster-answered", { decision, action }) === false;
    if (isTaken) cause.preventDefault();
    void client.answerPrompt(decision, action);
    look();
  };

  const begin = async (slot: Slot, leaving: boolean): Promise<void> => {
    const host = hostOf(slot);
    if (!host || slot.showing || slot.isBusy || document.hidden || document.querySelector(":modal")) return;
    // An answered campaign may come again once something else has been decided meanwhile.
    if (slot.done !== client.prompt(slot.placement, { leaving: true }).campaign) slot.done = undefined;
    const decision = client.prompt(slot.placement, { leaving });
    const content = readContent(decision.content);
    if (!content || decision.campaign === slot.done) return;
    const kind = decision.kind === "banner" ? "banner" : "prompt";
    const isFloating = kind === "prompt" || host.offsetHeight === 0;
    if (isFloating ? floating : !isInView(host)) return;

    slot.isBusy = true;
    if (isFloating) floating = slot;
    const image = content.image && (await loadImage(content.image));
    const isWanted = !signal.aborted && !document.hidden && slot.elements.size > 0;
    const isClaimed = isWanted && (await client.showPrompt(decision));
    slot.isBusy = false;
    if (!isClaimed || signal.aborted) {
      if (isWanted) slot.done = decision.campaign;
      if (floating === slot) floating = undefined;
      return;
    }
    slot.showing = {
      ...{ decision, kind, content, image, isFloating },
      answer: (action, cause) => answer(slot, decision, action, cause),
    };
    draw(slot)?.tell("muster-shown", { decision });
  };

  const look = ({ leaving } = { leaving: false }): void => {
    for (const slot of slots.values()) void begin(slot, leaving);
  };
  const lookNow = (): void => look();

  /** Hears when an element comes into view, or is no longer hidden. */
  const sight = new IntersectionObserver(lookNow);
  const size = new ResizeObserver(lookNow);

  addEventListener("pageshow", lookNow, { signal });
  document.addEventListener("visibilitychange", lookNow, { signal });
  // A modal dialog of the page has closed.
  document.addEventListener("close", lookNow, { signal, capture: true });
  document.documentElement.addEventListener(
    "pointerleave",
    ({ pointerType, clientY }) => {
      if (pointerType === "mouse" && clientY <= 0) look({ leaving: true });
    },
    { signal },
  );
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      const all = [...slots.values()].flatMap(({ elements }) => [...elements]);
      const asked =
        all.find((element) => element.isShowing && element.matches(":focus-within")) ??
        (isEscapeFree(event) ? all.find((element) => element.isShowing && element.isFloating) : undefined);
      if (!asked) return;
      event.preventDefault();
      asked.answer("dismissed", event);
    },
    { signal },
  );
  const unsubscribe = client.subscribe(lookNow);

  return {
    add(element) {
      const { placement } = element;
      const slot = slots.get(placement) ?? { placement, elements: new Set(), isBusy: false };
      slots.set(placement, slot);
      slot.elements.add(element);
      sight.observe(element);
      size.observe(element);
      draw(slot);
    },
    remove(element) {
      sight.unobserve(element);
      size.unobserve(element);
      for (const slot of slots.values()) {
        if (!slot.elements.delete(element)) continue;
        element.clear();
        draw(slot);
      }
    },
    look,
    stop() {
      listening.abort();
      unsubscribe();
      sight.disconnect();
      size.disconnect();
      for (const { elements } of slots.values()) for (const element of elements) element.clear();
      slots.clear();
    },
  };
}

function isInView(element: Element): boolean {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}
