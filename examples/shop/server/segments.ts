import type { Duration, Rule } from "@muster/rules";
import type { CreateSegmentRequest } from "@muster/rules/wire";

const SESSION: Duration = { minutes: 30 };

/** More than 3 different lamps looked at, nothing taken. */
const browseAbandoner: Rule = {
  all: [
    { event: "product_viewed", measure: { distinct: "sku" }, within: SESSION, op: "gt", value: 3 },
    { not: { trait: "cart_items", op: "gt", value: 0 } },
    { event: "purchase", within: SESSION, op: "eq", value: 0 },
  ],
};

/**
 * Added to the cart and did not buy in the time given. The other two conditions end it: with a purchase the
 * cart is empty, and whoever has just added more is not gone.
 */
function cartAbandoner(after: Duration): Rule {
  return {
    all: [
      { sequence: [{ event: "add_to_cart" }, { not: { event: "purchase" }, atMost: after }] },
      { trait: "cart_items", op: "gt", value: 0 },
      { event: "add_to_cart", within: after, op: "eq", value: 0 },
    ],
  };
}

const loyal: Rule = { event: "purchase", within: { days: 30 }, op: "gte", value: 3 };

/** The shop's three segments: who somebody is. */
export function shopSegments(abandonedAfter: Duration): CreateSegmentRequest[] {
  return [
    { key: "browse-abandoner", name: "Browse abandoners", rule: browseAbandoner },
    { key: "cart-abandoner", name: "Cart abandoners", rule: cartAbandoner(abandonedAfter) },
    { key: "loyal", name: "Loyal customers", rule: loyal },
  ];
}
