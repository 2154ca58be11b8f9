/** One page of the shop. */
export interface View {
  title: string;
  content: Node;
  /** Shows what has changed since, in place: nobody loses the focus or what they typed. */
  update?: () => void;
}

/** Opens the view of a path. */
export type Open = (path: string) => View;

/** Shows the view of the address without loading the page anew; links to this shop lead through here. */
export class Router {
  readonly #main: HTMLElement;
  readonly #open: Open;
  #view: View | undefined;

  constructor(main: HTMLElement, open: Open) {
    this.#main = main;
    this.#open = open;
    addEventListener("popstate", () => this.#show());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  /** Shows the view of the address for the first time. */
  start(): void {
    this.#render();
  }

  go(path: string): void {
    if (path !== location.pathname) history.pushState(null, "", path);
    this.#show();
    scrollTo(0, 0);
  }

  /** Something that a view may show has changed. */
  update(): void {
    this.#view?.update?.();
  }

  #follow(event: MouseEvent): void {
    const { target, button, metaKey, ctrlKey, shiftKey, altKey } = event;
    if (button !== 0 || metaKey || ctrlKey || shiftKey || altKey || event.defaultPrevented) return;
    const link = target instanceof Element ? target.closest("a") : null;
    if (link?.origin !== location.origin || link.target !== "" || link.hash !== "") return;
    event.preventDefault();
    this.go(link.pathname);
  }

  /** A new page for screen readers too: the focus goes to its heading. */
  #show(): void {
    this.#render();
    const heading = this.#main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  #render(): void {
    const view = this.#open(location.pathname);
    this.#view = view;
    document.title = `${view.title} · Dusk`;
    this.#main.replaceChildren(view.content);
  }
}
