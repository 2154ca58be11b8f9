import type { PromptDecision } from "@muster/rules/decide";
import type { PromptAction } from "./client.ts";

export type { PromptClient } from "./placement.ts";
export { renderPrompts } from "./ui/render-prompts.ts";

/** What `<muster-prompt>` tells the page; both events bubble. */
declare global {
  interface GlobalEventHandlersEventMap {
    "muster-shown": CustomEvent<{ decision: PromptDecision }>;
    /** `preventDefault()` keeps a link from being followed. */
    "muster-answered": CustomEvent<{ decision: PromptDecision; action: PromptAction }>;
  }
}
