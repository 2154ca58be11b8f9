import type { Client } from "@muster/web";
import { Cart } from "./cart.ts";
import type { Lamp } from "./catalogue.ts";

/** What a visitor can do here, and what Muster is told of it. */
export class Shop {
  readonly client: Client;
  readonly cart = new Cart();
  readonly #changed: () => void;

  /** `changed` is called after each change of the cart or of who is here. */
  constructor(client: Client, changed: () => void) {
    this.client = client;
    this.#changed = changed;
    addEventListener("storage", () => {
      this.cart.reread();
      changed();
    });
  }

  view({ sku, price }: Lamp): void {
    void this.client.track("product_viewed", { sku, price });
  }

  add(lamp: Lamp): void {
    const { sku, price } = lamp;
    this.cart.add(lamp);
    void this.client.track("add_to_cart", { sku, price });
    this.#tellCart();
  }

  remove(lamp: Lamp): void {
    this.cart.remove(lamp);
    this.#tellCart();
  }

  buy(): void {
    const { amount } = this.cart;
    if (amount === 0) return;
    this.cart.clear();
    void this.client.track("purchase", { amount });
    this.#tellCart();
  }

  /** The visitor is `userId`; the cart goes with them. */
  logIn(userId: string): void {
    void this.client.identify(userId, { cart_items: this.cart.items });
    this.#changed();
  }

  /** Whoever comes next is another visitor. */
  logOut(): void {
    this.cart.clear();
    void this.client.reset();
    this.#changed();
  }

  #tellCart(): void {
    void this.client.setTraits({ cart_items: this.cart.items });
    this.#changed();
  }
}
