import type { PromptDecision } from "@muster/rules/decide";

/** What a visitor did with a prompt or a banner. */
export type PromptAnswer = "accepted" | "declined" | "dismissed";

/** What the renderer needs of a client; that of `createClient` has it. */
export interface PromptClient {
  prompt(placement: string, moment?: { leaving?: boolean }): PromptDecision;
  showPrompt(decision: PromptDecision): Promise<boolean>;
  answerPrompt(decision: PromptDecision, action: PromptAnswer): Promise<void>;
  subscribe(listener: () => void): () => void;
}
