import { drawLamp, formatPrice, type Lamp } from "../catalogue.ts";
import { button, element, say } from "../element.ts";
import type { View } from "../router.ts";
import type { Shop } from "../shop.ts";

/** What lies in the cart, and the ways to pay: `order` is the one without a further page. */
export function viewCart(shop: Shop, order: () => void): View {
  const { cart, client } = shop;
  const heading = element("h1", { tabindex: "-1" }, "Your cart");
  const lines = element("ul", { class: "lines" });
  const total = element("strong");
  const express = element(
    "div",
    { id: "express" },
    button("⚡ Express checkout", "express", order),
    element("p", { class: "note" }, "One click, since you are a regular."),
  );
  const checkOut = element("a", { href: "/checkout", class: "primary" });
  const full = element(
    "div",
    {},
    lines,
    element("p", { class: "total" }, "Total ", total),
    checkOut,
    express,
  );
  const empty = element(
    "div",
    {},
    element("p", { class: "lead" }, "Nothing in it yet."),
    element("a", { href: "/", class: "primary" }, "Look at lamps"),
  );
  const remove = (lamp: Lamp): void => {
    shop.remove(lamp);
    // The button that had the focus is gone.
    heading.focus();
  };
  const update = (): void => {
    full.hidden = cart.items === 0;
    empty.hidden = cart.items > 0;
    express.hidden = !client.value("express-checkout", false);
    // Who sees the button takes part in the experiment that decides it.
    if (cart.items > 0) say(checkOut, client.value("checkout-button", "Check out"));
    lines.replaceChildren(...cart.lines.map(([lamp, count]) => showLine(lamp, count, () => remove(lamp))));
    say(total, formatPrice(cart.amount));
  };
  update();
  return { title: "Cart", content: element("div", { class: "plain" }, heading, full, empty), update };
}

function showLine(lamp: Lamp, count: number, onRemove: () => void): HTMLLIElement {
  const remove = button("Remove", "quiet", onRemove);
  remove.setAttribute("aria-label", `Remove ${lamp.name}`);
  return element(
    "li",
    {},
    element("span", { class: "picture" }, drawLamp(lamp)),
    element("span", { class: "name" }, lamp.name, element("small", {}, ` × ${count}`)),
    element("span", { class: "price" }, formatPrice(lamp.price * count)),
    remove,
  );
}
