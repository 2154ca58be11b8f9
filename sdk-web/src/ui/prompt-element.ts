import { type Drawing, draw } from "./draw.ts";
import type { Stage } from "./stage.ts";
import { takeStyles } from "./styles.ts";

/** `<muster-prompt placement close-label>`: where a page shows the prompts and banners of a placement. */
export interface PromptElement extends HTMLElement {
  readonly placement: string;
  /** What it shows. */
  readonly drawing: Drawing | undefined;
  /** Whether the page has left room for this here. */
  hasRoomFor(drawing: Drawing): boolean;
  show(drawing: Drawing): void;
  clear(): void;
}

/** The elements in the page, and what they are shown by, if anything yet. */
const elements = new Set<PromptElement>();
let current: Stage | undefined;

/** All elements, also those to come, show what this stage has, and nothing of the one before. */
export function setStage(stage: Stage | undefined): void {
  current?.stop();
  current = stage;
  for (const element of elements) stage?.add(element);
}

export const isCurrent = (stage: Stage): boolean => current === stage;

/** The element's class; made on demand, since where pages are rendered on a server there is no `HTMLElement`. */
export function createElementClass(): CustomElementConstructor {
  return class extends HTMLElement implements PromptElement {
    static readonly observedAttributes = ["placement"];

    readonly #root = this.attachShadow({ mode: "open" });
    /** There before anything is shown, so that what comes is read out. */
    readonly #live = document.createElement("div");
    /** Where the focus was before it came in. */
    #before: HTMLElement | undefined;
    drawing: Drawing | undefined;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [takeStyles()];
      this.#live.setAttribute("aria-live", "polite");
      this.#root.append(this.#live);
      this.#live.addEventListener("focusin", ({ relatedTarget }) => {
        if (relatedTarget instanceof HTMLElement && !this.#root.contains(relatedTarget))
          this.#before = relatedTarget;
      });
    }

    get placement(): string {
      return this.getAttribute("placement") ?? "";
    }

    connectedCallback(): void {
      elements.add(this);
      current?.add(this);
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

    hasRoomFor(drawing: Drawing): boolean {
      const surface = this.#put(drawing);
      const hasRoom = surface.offsetHeight <= this.clientHeight;
      this.clear();
      return hasRoom;
    }

    show(drawing: Drawing): void {
      this.drawing = drawing;
      const surface = this.#put(drawing);
      if (drawing.isFloating) surface.showPopover?.();
      // What scrolls can be scrolled with the keyboard, too.
      const body = surface.firstElementChild;
      if (body instanceof HTMLElement && body.scrollHeight > body.clientHeight) body.tabIndex = 0;
    }

    /** The focus goes back to where it came from. */
    clear(): void {
      const hadFocus = this.#root.activeElement !== null;
      this.drawing = undefined;
      this.#live.replaceChildren();
      if (hadFocus && this.#before?.isConnected) this.#before.focus({ preventScroll: true });
      this.#before = undefined;
    }

    #put(drawing: Drawing): HTMLElement {
      const surface = draw(drawing, this.getAttribute("close-label") ?? "Close");
      this.#live.replaceChildren(surface);
      return surface;
    }
  };
}
