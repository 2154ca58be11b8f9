import type { Definitions } from "./define.ts";

/** What the shop decides by its segments: two campaigns, a flag, and an experiment with a flag of its own. */
export const SHOP_DECISIONS: Definitions = {
  campaigns: {
    "need-a-hand": {
      name: "Need a hand choosing?",
      kind: "prompt",
      placement: "corner",
      enabled: true,
      audience: { include: ["browse-abandoner"] },
      caps: { once: true },
      content: {
        title: "Need a hand choosing?",
        text: "You have looked at a few lamps. Most people start with Dot, and few send it back.",
        primary: { label: "Show me Dot", url: "/lamps/dot" },
        secondary: { label: "No, thanks" },
      },
    },
    "cart-waiting": {
      name: "Your cart is waiting",
      kind: "banner",
      placement: "top",
      enabled: true,
      audience: { include: ["cart-abandoner"] },
      content: { title: "Your cart is waiting", primary: { label: "Go to cart", url: "/cart" } },
    },
  },
  experiments: {
    "checkout-words": {
      name: "Do free returns sell?",
      enabled: true,
      weights: { plain: 50, returns: 50 },
    },
  },
  flags: {
    "express-checkout": {
      name: "Express checkout",
      type: "boolean",
      variations: { on: true, off: false },
      enabled: true,
      off: "off",
      otherwise: "off",
      rules: [{ key: "regulars", audience: { include: ["loyal"] }, variation: "on" }],
    },
    "checkout-button": {
      name: "What the checkout button says",
      type: "string",
      variations: { plain: "Check out", returns: "Check out · free returns" },
      enabled: true,
      off: "plain",
      otherwise: "plain",
      rules: [{ key: "words", experiment: "checkout-words" }],
    },
  },
};
