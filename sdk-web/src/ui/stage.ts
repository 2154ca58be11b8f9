import type { PromptDecision } from "@muster/rules/decide";
import type { PromptAction } from "../client.ts";
import { answer, claim, findNext, noteUser, type Placement, type PromptClient } from "../placement.ts";
import type { Drawing } from "./draw.ts";
import { loadImage } from "./load-image.ts";
import type { PromptElement } from "./prompt-element.ts";
import { readContent } from "./read-content.ts";
import { watchPage } from "./watch-page.ts";

/** Of its elements one shows what there is. */
interface Slot extends Placement {
  readonly elements: Set<PromptElement>;
  /** Stays until the visitor answers, leaves, or is another, whatever is decided meanwhile. */
  showing?: Drawing | undefined;
  /** What shows, or is about to, is over the page. */
  isFloating?: boolean;
}

/** What one page shows of one client. */
export interface Stage {
  add(element: PromptElement): void;
  remove(element: PromptElement): void;
  stop(): void;
}

export function createStage(client: PromptClient): Stage {
  const slots = new Map<string, Slot>();
  let isStopped = false;

  /** Only one thing at a time is over the page. */
  const isCovered = (by: Slot): boolean =>
    [...slots.values()].some((slot) => slot !== by && slot.isFloating && (slot.isBusy || isDrawn(slot)));

  const look = (leaving = false): void => {
    for (const slot of slots.values()) {
      if (noteUser(client, slot) && slot.showing) clear(slot);
      if (!draw(slot)) void begin(slot, leaving);
    }
  };

  const clear = (slot: Slot): void => {
    slot.showing = undefined;
    slot.isFloating = false;
    for (const element of slot.elements) if (element.drawing) element.clear();
  };

  /** Draws what the slot shows where it is not drawn; false where it shows nothing. */
  const draw = (slot: Slot): boolean => {
    const { showing } = slot;
    if (!showing) return false;
    if (!isDrawn(slot) && !(slot.isFloating && isCovered(slot))) findRendered(slot)?.show(showing);
    return true;
  };

  const begin = async (slot: Slot, leaving: boolean): Promise<void> => {
    if (slot.isBusy) return;
    const element = findRendered(slot);
    const decision = findNext(client, slot, leaving);
    const content = readContent(decision?.content);
    // While a modal dialog is open, nothing else can be used.
    if (!element || !decision || !content || document.querySelector(":is(:modal)")) return;
    const kind = decision.kind === "banner" ? "banner" : "prompt";
    if (kind === "prompt" && isCovered(slot)) return;

    slot.isBusy = true;
    const image = content.image && (await loadImage(content.image));
    const onAnswer = (action: PromptAction, cause: Event): void => close(slot, decision, action, cause);
    const drawing = { content, image, kind, isFloating: false, onAnswer } as const;
    const isHere = !isStopped && !document.hidden && slot.elements.has(element);
    const isFloating = kind === "prompt" || (isHere && !element.hasRoomFor(drawing));
    const mayShow = isHere && (isFloating ? !isCovered(slot) : isInView(element));
    slot.isFloating = mayShow && isFloating;
    const isClaimed = mayShow && (await claim(client, slot, decision));
    slot.isBusy = false;
    if (isStopped) return;
    if (isClaimed) {
      slot.showing = { ...drawing, isFloating };
      draw(slot);
      tell(slot, "muster-shown", { decision });
    } else {
      slot.isFloating = false;
      if (mayShow) look();
    }
  };

  const close = (slot: Slot, decision: PromptDecision, action: PromptAction, cause: Event): void => {
    clear(slot);
    void answer(client, slot, decision, action);
    if (!tell(slot, "muster-answered", { decision, action }, isPlain(cause))) cause.preventDefault();
    look();
  };

  const page = watchPage({
    look,
    listElements: () => [...slots.values()].flatMap(({ elements }) => [...elements]),
  });
  const unsubscribe = client.subscribe(() => look());

  return {
    add(element) {
      const { placement } = element;
      const slot = slots.get(placement) ?? { placement, elements: new Set() };
      slots.set(placement, slot);
      slot.elements.add(element);
      page.observe(element);
      look();
    },
    remove(element) {
      page.unobserve(element);
      for (const { elements } of slots.values()) elements.delete(element);
      element.clear();
      look();
    },
    stop() {
      isStopped = true;
      page.stop();
      unsubscribe();
      for (const { elements } of slots.values()) for (const element of elements) element.clear();
    },
  };
}

function isDrawn({ elements }: Slot): boolean {
  return [...elements].some(({ drawing }) => drawing);
}

/** The slot's first element that has a box, be it an empty one. */
function findRendered({ elements }: Slot): PromptElement | undefined {
  return [...elements].find((element) => element.getClientRects().length > 0);
}

function isInView(element: Element): boolean {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}

/** Tells the page; false where the page takes over. */
function tell({ elements }: Slot, name: string, detail: object, cancelable = false): boolean {
  const event = new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail });
  const [element] = elements;
  element?.dispatchEvent(event);
  return !event.defaultPrevented;
}

/** A click that opens no other tab or window. */
function isPlain(cause: Event): boolean {
  if (!(cause instanceof MouseEvent)) return false;
  const { button, ctrlKey, metaKey, shiftKey, altKey } = cause;
  return !button && !ctrlKey && !metaKey && !shiftKey && !altKey;
}
