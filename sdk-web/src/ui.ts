export type { PromptAnswer, PromptClient } from "./ui/client.ts";
export { renderPrompts } from "./ui/render-prompts.ts";
