import type { PromptAnswer } from "./client.ts";
import { draw } from "./draw.ts";
import type { Showing, Stage } from "./stage.ts";
import { takeStyles } from "./styles.ts";

/** `<muster-prompt placement close-label>`: where a page shows the prompts and banners of a placement. */
export interface PromptElement extends HTMLElement {
  readonly placement: string;
  readonly isShowing: boolean;
  readonly isFloating: boolean;
  show(showing: Showing): void;
  answer(action: PromptAnswer, cause: Event): void;
  clear(): void;
  /** Tells the page; false where the page takes over. */
  tell(name: string, detail: object): boolean;
}

/** The elements in the page, and what they are shown by, if anything yet. */
const elements = new Set<PromptElement>();
let current: Stage | undefined;

/** All elements, also those to come, show what this stage has; none of before. */
export function setStage(stage: Stage | undefined): void {
  current?.stop();
  current = stage;
  for (const element of elements) stage?.add(element);
  stage?.look();
}

export const isCurrent = (stage: Stage): boolean => current === stage;

/** The element's class; made on demand, since where pages are rendered on a server there is no `HTMLElement`. */
export function createElementClass(): CustomElementConstructor {
  return class extends HTMLElement implements PromptElement {
    static readonly observedAttributes = ["placement"];

    readonly #root = this.attachShadow({ mode: "open" });
    /** There before anything is shown, so that what comes is read out. */
    readonly #live = document.createElement("div");
    #showing: Showing | undefined;
    /** Where the focus was before it came in. */
    #before: HTMLElement | undefined;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [takeStyles()];
      this.#live.ariaLive = "polite";
      this.#root.append(this.#live);
      this.#live.addEventListener("focusin", ({ relatedTarget }) => {
        if (relatedTarget instanceof HTMLElement && !this.#root.contains(relatedTarget))
          this.#before = relatedTarget;
      });
    }

    get placement(): string {
      return this.getAttribute("placement") ?? "";
    }

    get isShowing(): boolean {
      return this.#showing !== undefined;
    }

    get isFloating(): boolean {
      return this.#showing?.isFloating === true;
    }

    connectedCallback(): void {
      elements.add(this);
      current?.add(this);
      current?.look();
    }

    disconnectedCallback(): void {
      elements.delete(this);
      current?.remove(this);
    }

    attributeChangedCallback(): void {
      if (!elements.has(this)) return;
      this.disconnectedCallback();
      this.connectedCallback();
    }

    show(showing: Showing): void {
      this.#showing = showing;
      const closeLabel = this.getAttribute("close-label") ?? "Close";
      const surface = draw({ ...showing, closeLabel, onAnswer: showing.answer });
      this.#live.replaceChildren(surface);
      if (showing.isFloating) surface.showPopover?.();
    }

    answer(action: PromptAnswer, cause: Event): void {
      this.#showing?.answer(action, cause);
    }

    clear(): void {
      const hadFocus = this.#root.activeElement !== null;
      this.#showing = undefined;
      this.#live.replaceChildren();
      if (hadFocus && this.#before?.isConnected) this.#before.focus({ preventScroll: true });
      this.#before = undefined;
    }

    tell(name: string, detail: object): boolean {
      return this.dispatchEvent(
        new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }),
      );
    }
  };
}
