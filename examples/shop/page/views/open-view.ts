import { findLamp } from "../catalogue.ts";
import { element } from "../element.ts";
import type { View } from "../router.ts";
import type { Shop } from "../shop.ts";
import { viewCart } from "./cart.ts";
import { viewCheckout } from "./checkout.ts";
import { viewLamp } from "./lamp.ts";
import { viewList } from "./list.ts";
import { viewThanks } from "./thanks.ts";

/** Opens the view of a path; `order` buys what is in the cart. */
export function openView(path: string, shop: Shop, order: () => void): View {
  const lamp = findLamp(path.replace("/lamps/", ""));
  if (lamp) {
    shop.view(lamp);
    return viewLamp(lamp, shop);
  }
  switch (path) {
    case "/":
      return viewList();
    case "/cart":
      return viewCart(shop, order);
    case "/checkout":
      return shop.cart.items === 0 ? viewCart(shop, order) : viewCheckout(shop, order);
    case "/thanks":
      return viewThanks();
    default:
      return { title: "Not found", content: element("h1", {}, "There is no such page.") };
  }
}
