import type { Edge } from "@muster/edge/dev";
import type { Duration, Rule } from "@muster/rules";
import { type CreateSegmentRequest, segment } from "@muster/rules/wire";
import { callEdge } from "./call-edge.ts";

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

/** Defines the shop's three segments where they are not there yet; what someone has changed stays changed. */
export async function ensureSegments(edge: Edge, abandonedAfter: Duration): Promise<void> {
  const segments: CreateSegmentRequest[] = [
    { key: "browse-abandoner", name: "Browse abandoners", rule: browseAbandoner },
    { key: "cart-abandoner", name: "Cart abandoners", rule: cartAbandoner(abandonedAfter) },
    { key: "loyal", name: "Loyal customers", rule: loyal },
  ];
  for (const definition of segments) {
    const path = `/v1/segments/${definition.key}`;
    if (await callEdge(edge, segment, path)) continue;
    await callEdge(edge, segment, "/v1/segments", { ...definition, status: "active" });
  }
}
