export type { PromptClient } from "./ui/client.ts";
export { renderPrompts } from "./ui/render-prompts.ts";
