import { findLamp } from "./catalogue.ts";
import { button, byId, element, say } from "./element.ts";
import type { Shop } from "./shop.ts";

const ANSWERED = "prompt-answered";
const USUAL = "Free delivery over €60";
const FAVOURITE = findLamp("dot");

/**
 * The places of the page that segments decide. Each has its room from the start, or lies above the page, so
 * that nothing moves when one changes.
 */
export class Slots {
  readonly #shop: Shop;
  readonly #banner = byId("banner", HTMLElement);
  readonly #badge = byId("badge", HTMLElement);
  readonly #count = byId("cart-count", HTMLElement);
  readonly #prompt = byId("prompt", HTMLElement);

  constructor(shop: Shop, go: (path: string) => void) {
    this.#shop = shop;
    const accept = button("Show me Dot", "primary", () => {
      this.#answerPrompt();
      if (FAVOURITE) go(`/lamps/${FAVOURITE.sku}`);
    });
    const dismiss = button("No, thanks", "quiet", () => {
      this.#answerPrompt();
      // The button that had the focus is gone.
      byId("main", HTMLElement).focus({ preventScroll: true });
    });
    this.#prompt.append(element("div", { class: "actions" }, accept, dismiss));
  }

  /** Shows what holds now. */
  update(): void {
    const { client, cart } = this.#shop;
    const isWaiting = client.isMember("cart-abandoner");
    this.#banner.classList.toggle("waiting", isWaiting);
    if (isWaiting !== (this.#banner.querySelector("a") !== null) || this.#banner.textContent === "") {
      const link = element("a", { href: "/cart" }, "Go to cart");
      this.#banner.replaceChildren(...(isWaiting ? ["Your cart is waiting. ", link] : [USUAL]));
    }
    this.#badge.hidden = !client.isMember("loyal");
    this.#prompt.hidden = !client.isMember("browse-abandoner") || sessionStorage.getItem(ANSWERED) !== null;
    say(this.#count, String(cart.items));
  }

  /** Another visitor may be asked again. */
  forget(): void {
    sessionStorage.removeItem(ANSWERED);
  }

  #answerPrompt(): void {
    sessionStorage.setItem(ANSWERED, "yes");
    this.update();
  }
}
