import type { Membership } from "../../user.ts";

/** About whom and when a decision is asked for. */
export interface Asked {
  userId?: string | null;
  /** The device. */
  anonymousId?: string | null;
  /** The user's answer for a segment of `compileDecisions`; undefined where it is not known yet. */
  answers(segment: string): Membership | undefined;
  /**
   * The variation of this device's own exposure with that id (`exposureId`), if there was one. Only experiments whose
   * unit is the device ask.
   */
  exposed?(id: string): string | undefined;
  /** Ms since 1970-01-01 UTC. */
  now: number;
  /** What a person who previews or tests has chosen. */
  overrides?: Overrides;
}

/** Choices that stand over the definitions, for one client; what they name and the definitions lack is ignored. */
export interface Overrides {
  /** By flag, a variation. */
  flags?: { readonly [flag: string]: string };
  /** By experiment, an arm. */
  experiments?: { readonly [experiment: string]: string };
  /** By campaign, whether it is shown. */
  campaigns?: { readonly [campaign: string]: boolean };
}
