import { renderPrompts } from "@muster/web/ui";
import { byId, say } from "./element.ts";
import type { Shop } from "./shop.ts";

/** Whom the campaigns are for. */
const AUDIENCES = ["browse-abandoner", "cart-abandoner"];

/** The places of the page that are not a view's: prompt and banner, which campaigns fill, the badge and the count. */
export class Slots {
  readonly #shop: Shop;
  readonly #badge = byId("badge", HTMLElement);
  readonly #count = byId("cart-count", HTMLElement);

  /** `go` shows another page of the shop. */
  constructor(shop: Shop, go: (path: string) => void) {
    this.#shop = shop;
    document.addEventListener("muster-shown", ({ detail }) => {
      if (detail.decision.kind === "prompt") makeRoom(true);
    });
    document.addEventListener("muster-answered", (event) => {
      const { decision, action } = event.detail;
      if (decision.kind === "prompt") makeRoom(false);
      const url = action === "accepted" ? decision.content?.primary?.url : undefined;
      if (!url?.startsWith("/")) return;
      event.preventDefault();
      go(url);
    });
  }

  start(): void {
    const { client } = this.#shop;
    renderPrompts(client);
    // What shows stays until it is answered. Who takes a lamp, or buys the cart, has answered in their own way.
    client.subscribe(({ left }) => {
      if (!left.some((segment) => AUDIENCES.includes(segment))) return;
      makeRoom(false);
      renderPrompts(client);
    });
    this.update();
  }

  /** Shows what holds now. */
  update(): void {
    const { client, cart } = this.#shop;
    this.#badge.hidden = !client.isMember("loyal");
    say(this.#count, String(cart.items));
  }
}

/** While a prompt covers half a phone, whatever lies below it can be scrolled out from there. */
function makeRoom(isNeeded: boolean): void {
  document.documentElement.classList.toggle("prompted", isNeeded);
}
