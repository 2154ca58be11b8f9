import { formatPrice } from "../catalogue.ts";
import { button, element } from "../element.ts";
import type { View } from "../router.ts";
import type { Shop } from "../shop.ts";

const FIELDS: readonly (readonly [label: string, autocomplete: string])[] = [
  ["Name", "name"],
  ["Street", "street-address"],
  ["Town", "address-level2"],
];

/** Where the parcel would go. */
export function viewCheckout({ cart }: Shop, order: () => void): View {
  const fields = FIELDS.map(([label, autocomplete]) =>
    element("label", {}, label, element("input", { autocomplete })),
  );
  const lamps = cart.items === 1 ? "1 lamp" : `${cart.items} lamps`;
  const content = element(
    "div",
    { class: "plain" },
    element("a", { href: "/cart", class: "back" }, "← Your cart"),
    element("h1", {}, "Checkout"),
    element(
      "p",
      { class: "lead" },
      `${lamps}, ${formatPrice(cart.amount)}. This is a demo: leave the rest empty.`,
    ),
    element("div", { class: "fields" }, ...fields),
    element("div", { class: "ways" }, button("Place order", "primary", order)),
  );
  return { title: "Checkout", content };
}
