import type { PromptElement } from "./prompt-element.ts";

/** What has a use for Escape itself while the focus is there. */
const ESCAPED = "input, select, textarea, [contenteditable], [aria-expanded=true]";

interface Watched {
  /** There may be something to begin. */
  look(leaving?: boolean): void;
  listElements(): readonly PromptElement[];
}

/** Hears when it is time to look, when the visitor is about to leave, and Escape. */
export function watchPage({ look, listElements }: Watched) {
  const listening = new AbortController();
  const { signal } = listening;
  const lookNow = (): void => look();
  /** An element comes into view, gets room, or is no longer hidden. */
  const observers = [new IntersectionObserver(lookNow), new ResizeObserver(lookNow)];

  document.addEventListener("visibilitychange", lookNow, { signal });
  // A modal dialog of the page has closed.
  document.addEventListener("close", lookNow, { signal, capture: true });
  document.documentElement.addEventListener(
    "pointerleave",
    ({ pointerType, clientY }) => {
      if (pointerType === "mouse" && clientY <= 0) look(true);
    },
    { signal },
  );
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      const shown = listElements().filter(({ drawing }) => drawing);
      const asked =
        shown.find((element) => element.matches(":focus-within")) ??
        (isFree(event) && shown.find(({ drawing }) => drawing?.isFloating));
      if (!asked) return;
      event.preventDefault();
      asked.drawing?.onAnswer("dismissed", event);
    },
    { signal },
  );

  return {
    observe(element: Element): void {
      for (const observer of observers) observer.observe(element);
    },
    unobserve(element: Element): void {
      for (const observer of observers) observer.unobserve(element);
    },
    stop(): void {
      listening.abort();
      for (const observer of observers) observer.disconnect();
    },
  };
}

/** Whether nothing else in the page seems to wait for this press of Escape. */
function isFree(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    !(target instanceof Element && target.closest(ESCAPED)) &&
    // Of these, a browser may not know one.
    !document.querySelector(":is(dialog[open], :modal, :popover-open)")
  );
}
