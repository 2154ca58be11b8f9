import { drawLamp, formatPrice, type Lamp } from "../catalogue.ts";
import { button, element, say } from "../element.ts";
import type { View } from "../router.ts";
import type { Shop } from "../shop.ts";

/** One lamp, close up. */
export function viewLamp(lamp: Lamp, shop: Shop): View {
  const note = element("p", { class: "note", role: "status" });
  const content = element(
    "div",
    { class: "lamp" },
    element("div", { class: "picture" }, drawLamp(lamp)),
    element(
      "div",
      { class: "about" },
      element("a", { href: "/", class: "back" }, "← All lamps"),
      element("h1", {}, lamp.name),
      element("p", { class: "kind" }, lamp.kind),
      element("p", {}, lamp.text),
      element("p", { class: "price" }, formatPrice(lamp.price)),
      button("Add to cart", "primary", () => shop.add(lamp)),
      note,
    ),
  );
  const update = (): void => {
    const count = shop.cart.count(lamp);
    say(note, count > 0 ? `${count} in your cart` : "");
  };
  update();
  return { title: lamp.name, content, update };
}
