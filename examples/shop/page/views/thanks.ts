import { element } from "../element.ts";
import type { View } from "../router.ts";

/** After the order. */
export function viewThanks(): View {
  const content = element(
    "div",
    { class: "plain" },
    element("h1", {}, "Thank you"),
    element("p", { class: "lead" }, "Your order is on its way, or would be, were this not a demo."),
    element("a", { href: "/", class: "primary" }, "Back to the lamps"),
  );
  return { title: "Thank you", content };
}
