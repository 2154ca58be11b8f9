import type { PromptDecision } from "@muster/rules/decide";
import type { PromptAction } from "../client.ts";

/** What the renderer needs of a client, whatever its placements are called. */
export interface PromptClient {
  prompt(placement: string, moment?: { leaving?: boolean }): PromptDecision;
  showPrompt(decision: PromptDecision): Promise<boolean>;
  answerPrompt(decision: PromptDecision, action: PromptAction): Promise<void>;
  subscribe(listener: () => void): () => void;
  /** Whose prompts these are; undefined before anything is known. */
  inspect(): { user: { anonymousId?: string | null } } | undefined;
}
