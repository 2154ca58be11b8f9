import type { PromptAction } from "../client.ts";
import type { Shown, ShownAction } from "./read-content.ts";

/** What is to be drawn, and how. */
export interface Drawing {
  content: Shown;
  /** The image once it has loaded; none where there is none or it failed. */
  image: HTMLImageElement | undefined;
  kind: "prompt" | "banner";
  /** Over the page, not in the room that the page has left for it. */
  isFloating: boolean;
  onAnswer(action: PromptAction, cause: Event): void;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  part: string,
  children: readonly (Node | string | undefined | false)[] = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.setAttribute("part", part);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** A paragraph of people's text: in its own direction, whatever the page's. */
function makeText(tag: "h2" | "p", part: string, text: string): HTMLElement {
  const element = make(tag, part, [text]);
  element.id = part;
  element.dir = "auto";
  return element;
}

function makeAction(
  part: "primary" | "secondary",
  { label, url }: ShownAction,
  onAnswer: Drawing["onAnswer"],
): HTMLElement {
  const element = make(url === undefined ? "button" : "a", `action ${part}`, [label]);
  element.dir = "auto";
  const answer = (event: Event): void => onAnswer(part === "primary" ? "accepted" : "declined", event);
  element.addEventListener("click", answer);
  if (element instanceof HTMLAnchorElement && url !== undefined) {
    element.href = url;
    element.rel = "noopener noreferrer";
    element.addEventListener("auxclick", (event) => event.button === 1 && answer(event));
  } else element.setAttribute("type", "button");
  return element;
}

/** What is to be seen, of elements and text alone. */
export function draw(drawing: Drawing, closeLabel: string): HTMLElement {
  const { content, image, kind, isFloating, onAnswer } = drawing;
  const { title, text, primary, secondary } = content;
  const isPrompt = kind === "prompt";
  image?.setAttribute("part", "image");
  const actions = [
    primary && makeAction("primary", primary, onAnswer),
    secondary && makeAction("secondary", secondary, onAnswer),
  ];
  const close = make("button", "close");
  close.type = "button";
  close.setAttribute("aria-label", closeLabel);
  close.addEventListener("click", (event) => onAnswer("dismissed", event));
  const surface = make("section", `surface ${kind}${isFloating ? " floating" : ""}`, [
    make("div", "body", [
      image,
      make("div", "copy", [
        makeText(isPrompt ? "h2" : "p", "title", title),
        text !== "" && makeText("p", "text", text),
      ]),
      (primary || secondary) && make("div", "actions", actions),
    ]),
    close,
  ]);
  surface.setAttribute("role", isPrompt ? "dialog" : "region");
  surface.setAttribute("aria-labelledby", "title");
  if (text !== "") surface.setAttribute("aria-describedby", "text");
  if (isFloating) surface.popover = "manual";
  return surface;
}
