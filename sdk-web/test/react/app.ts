import { createElement, type ReactElement, Suspense, use } from "react";
import { useClient, useFlag, useFlagDetails, usePrompt, useSegment } from "../../src/react.ts";

/** What each component was rendered with, in order; the page of a test looks at it. */
export const rendered: { [component: string]: string[] } = {};

function note(component: string, text: string): ReactElement {
  rendered[component] ??= [];
  rendered[component].push(text);
  return createElement("p", { id: component }, text);
}

export const Checkout = () => note("checkout", String(useFlag("checkout", false)));

/** The objects that `Theme` was given. */
export const themes = new Set<unknown>();

/** Its fallback is another object each time; what is decided is one. */
export function Theme(): ReactElement {
  const theme = useFlag("theme", { accent: "grey" });
  themes.add(theme);
  return note("theme", JSON.stringify(theme));
}

export const Headline = () => note("headline", useFlag("headline", "Welcome"));

export function Why(): ReactElement {
  const { value, reason, variation, errorCode } = useFlagDetails("checkout", false);
  return note("why", [value, reason, variation, errorCode].join(" "));
}

/** Looks at the time before and after it has taken some. */
export function Slow(): ReactElement {
  const { value } = useFlagDetails("ticking", false);
  const end = performance.now() + 3;
  while (performance.now() < end);
  return note("slow", String(value));
}

/** Its fallbacks are no JSON, as no compiler would let them be. */
export function Odd(): ReactElement {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const one: unknown = useFlag("none", cycle as never);
  const other: unknown = useFlag("none", 1n as never);
  return note("odd", `${typeof one} ${typeof other}`);
}

export const Pro = () => note("pro", String(useSegment("pro")));

export const Offer = () => Placement("home");
export const Repeat = () => Placement("again");

function Placement(placement: string): ReactElement | null {
  const prompt = usePrompt(placement);
  const client = useClient();
  note("offer", prompt?.content.title ?? "nothing");
  if (!prompt) return null;
  return createElement(
    "section",
    { id: "prompt" },
    prompt.content.title,
    createElement("button", { type: "button", id: "accept", onClick: prompt.accept }, "Take it"),
    createElement("button", { type: "button", id: "dismiss", onClick: prompt.dismiss }, "No"),
    createElement(
      "button",
      { type: "button", id: "track", onClick: () => client?.track("clicked") },
      "What is it?",
    ),
  );
}

/** What waits for something asks for its flag already, and is not on the page. */
export function Late({ wait }: { wait: Promise<unknown> }): ReactElement {
  const headline = useFlag("headline", "Welcome");
  use(wait);
  return note("late", headline);
}

export function App(): ReactElement {
  return createElement(
    Suspense,
    { fallback: "…" },
    [Checkout, Theme, Headline, Why, Pro, Offer].map((one) => createElement(one, { key: one.name })),
  );
}
