import type { PromptClient } from "../placement.ts";
import { createElementClass, isCurrent, setStage } from "./prompt-element.ts";
import { createStage } from "./stage.ts";

const NAME = "muster-prompt";

/**
 * Shows the client's prompts and banners in every `<muster-prompt placement="…">` of the page, those to come included.
 * One client at a time: the one given last. Call the result to end it. Where there is no page, or the browser is too old
 * for it, it does nothing.
 */
export function renderPrompts(client: PromptClient): () => void {
  if (typeof customElements === "undefined" || !("adoptedStyleSheets" in document)) return () => {};
  if (!customElements.get(NAME)) customElements.define(NAME, createElementClass());
  const stage = createStage(client);
  setStage(stage);
  return () => {
    if (isCurrent(stage)) setStage(undefined);
  };
}
