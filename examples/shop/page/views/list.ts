import { drawLamp, formatPrice, LAMPS } from "../catalogue.ts";
import { element } from "../element.ts";
import type { View } from "../router.ts";

/** All lamps. */
export function viewList(): View {
  const cards = LAMPS.map((lamp) =>
    element(
      "li",
      {},
      element(
        "a",
        { class: "card", href: `/lamps/${lamp.sku}` },
        element("span", { class: "picture" }, drawLamp(lamp)),
        element("span", { class: "name" }, lamp.name),
        element("span", { class: "price" }, formatPrice(lamp.price)),
        element("span", { class: "kind" }, lamp.kind),
      ),
    ),
  );
  const content = element(
    "div",
    {},
    element("h1", {}, "Lamps for small evenings"),
    element("p", { class: "lead" }, "Eight of them. Take your time."),
    element("ul", { class: "cards" }, ...cards),
  );
  return { title: "Lamps", content };
}
