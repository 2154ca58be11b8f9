import type { Plan, User } from "@muster/rules";
import type { FlagDecision, Overrides, PromptDecision } from "@muster/rules/decide";
import type { Listener, SegmentMembership } from "./decisions.ts";
import type { Data } from "./operation.ts";
import type { Consent } from "./options.ts";
import type { Answer, Fallback, FlagKey, PlacementKey, SegmentKey } from "./register.ts";

/** What a user does with a prompt or a banner: its primary action, its secondary one, or neither. */
export type PromptAction = "accepted" | "declined" | "dismissed";

/** What a client counts. */
export interface ClientStatus {
  /** Operations that the edge has not acknowledged. */
  pending: number;
  /** Operations that the edge refused and that are kept apart. */
  parked: number;
  /** How often the disk began to fail. */
  faults: number;
  /** Operations that were not taken, since too many waited. */
  dropped: number;
  /** Local answers that were not the edge's though both had seen the same; should be 0. */
  mismatches: number;
}

/**
 * One user's side of Muster: reports what they do and says at once which segments they are in. No method
 * throws: a call with bad arguments does nothing and is reported to `onError`. Promises never reject.
 */
export interface Client {
  /** Resolves once what was kept on this device is in memory, before any request. */
  readonly ready: Promise<void>;

  /**
   * The user did `name`. Resolves once that is on disk; decisions know of it at once. `$exposure` and `$prompt` are
   * refused: what tells of them is `value`, `showPrompt` and `answerPrompt`.
   */
  track(name: string, props?: Data): Promise<void>;

  /** The user looks at this page; its path, title, referrer and search are added to `props`. */
  page(props?: Data): Promise<void>;

  /**
   * The user turned out to be `userId`; what they did before on this device is theirs. Where another user
   * was identified here, it is as if `reset` came first. May set traits.
   */
  identify(userId: string, traits?: Data): Promise<void>;

  /** Writes traits of the user; null removes one. */
  setTraits(traits: Data): Promise<void>;

  /** A new anonymous user from here on, who inherits nothing; for a log-out. */
  reset(): Promise<void>;

  /** Forgets the user on this device, in all tabs: disk, memory and what was to be sent. Then a new anonymous user. */
  erase(): Promise<void>;

  /** Whether the user agrees to be remembered, here and in all open tabs; resolves once the disk follows. */
  setConsent(consent: Consent): Promise<void>;

  /** Whether the user is in `segment` now. Until anything is known: its fallback, else false. */
  isMember(segment: SegmentKey): boolean;

  /** The same with `until` and where the answer comes from. */
  membership(segment: SegmentKey): SegmentMembership;

  /** The answers for all segments, by key. */
  memberships(): ReadonlyMap<string, SegmentMembership>;

  /**
   * The value that a flag has for the user now; `fallback` where it cannot be decided. The user counts as having seen
   * it: an experiment that decided it keeps them in their arm from here on.
   */
  value<Flag extends FlagKey, Value extends Fallback<Flag>>(flag: Flag, fallback: Value): Answer<Flag, Value>;

  /**
   * The same with variation, reason, error code, rule, the versions of its segments, and until when it holds. With
   * `expose: false` it only looks, and nobody counts as having seen anything.
   */
  details<Flag extends FlagKey, Value extends Fallback<Flag>>(
    flag: Flag,
    fallback: Value,
    options?: { expose?: boolean },
  ): FlagDecision<Answer<Flag, Value>>;

  /**
   * What to begin to show in a placement now, if `campaign` is there; `leaving` while the visitor is about to leave. What
   * shows already stays: once it is counted as shown, it may not be begun again. A page that nobody looks at begins
   * nothing.
   */
  prompt(placement: PlacementKey, moment?: { leaving?: boolean }): PromptDecision;

  /**
   * Claims what `prompt` said; to be called right before it shows. True: it is kept that the user has seen it, and it is
   * this tab's to show. False: it may not be shown any more; another tab was first, or the user has changed.
   */
  showPrompt(decision: PromptDecision): Promise<boolean>;

  /** The user did `action` with what is shown. Accepted and declined also track the event that the action names. */
  answerPrompt(decision: PromptDecision, action: PromptAction): Promise<void>;

  /**
   * Chooses variations, arms and campaigns for a preview, in place of earlier choices: in this client alone, until the
   * page is left. While there are any, no experiment counts anybody as exposed; a campaign that is chosen shows whatever
   * its rules say, and that is not kept.
   */
  setOverrides(overrides: Overrides): void;

  /**
   * Calls `listener` whenever the user has entered or left segments, or other answers are given, or a flag or a prompt
   * may have become another (`entered` and `left` are empty then); call the result to end it.
   */
  subscribe(listener: Listener): () => void;

  /** Talks to the edge now, in this tab or the one that does so for all; resolves when nothing is pending or when that has failed. */
  flush(): Promise<void>;

  /** Ends everything that runs by itself; what is pending stays on disk for another tab or the next time. */
  close(): Promise<void>;

  readonly status: ClientStatus;

  /** What a decision is made of, for `explain`; undefined until anything is known. */
  inspect(): { plan: Plan; user: User; now: number } | undefined;
}
