import type { Plan, User } from "@muster/rules";
import type { Listener, SegmentMembership } from "./decisions.ts";
import type { Data } from "./operation.ts";
import type { Consent } from "./options.ts";

/** What a client counts. */
export interface ClientStatus {
  /** Operations that the edge has not acknowledged. */
  pending: number;
  /** Operations that the edge refused and that are kept apart. */
  parked: number;
  /** How often the disk failed. */
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

  /** The user did `name`. Resolves once that is on disk; decisions know of it at once. */
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
  isMember(segment: string): boolean;

  /** The same with `until` and where the answer comes from. */
  membership(segment: string): SegmentMembership;

  /** The answers for all segments, by key. */
  memberships(): ReadonlyMap<string, SegmentMembership>;

  /** Calls `listener` whenever the user has entered or left segments, or other answers are given; call the result to end it. */
  subscribe(listener: Listener): () => void;

  /** Talks to the edge now, in this tab or the one that does so for all; resolves when nothing is pending or when that has failed. */
  flush(): Promise<void>;

  /** Ends everything that runs by itself; what is pending stays on disk for another tab or the next time. */
  close(): Promise<void>;

  readonly status: ClientStatus;

  /** What a decision is made of, for `explain`; undefined until anything is known. */
  inspect(): { plan: Plan; user: User; now: number } | undefined;
}
