import { backoff } from "@muster/rules/delivery";
import { BACKOFF_MS, REQUEST_MS, TOKEN_LENGTH } from "../bounds.ts";
import type { CorrectedClock } from "../clock.ts";
import type { ClientOptions } from "../options.ts";
import type { Report } from "../report.ts";

/** What tokens are got with. */
export interface TokensHost {
  readonly clock: Pick<CorrectedClock, "after">;
  readonly report: Report;
  /** A number in 0 ≤ x < 1. */
  random(): number;
  /** A user's token has come, or it is time to ask for one again. */
  wake(): void;
}

/** The tokens that show who users are: asked of the application, and kept in memory until the edge refuses them. */
export interface Tokens {
  /** The user's token; where there is none it is asked for, unless that failed a moment ago. */
  get(userId: string): string | undefined;
  /** The edge has taken the user's token. */
  accept(userId: string): void;
  /** The edge has refused the user's token: a new one is asked for, at once only the first time. */
  refuse(userId: string, detail: unknown): void;
  /** Forgets all users but these. */
  keep(userIds: ReadonlySet<string>): void;
  /** Resolves once nothing is asked for any more: whether a token has come since `keep` was called last. */
  settle(): Promise<boolean>;
  stop(): void;
}

interface Entry {
  token?: string;
  asking?: Promise<void>;
  /** Ends the wait for the next time to ask. */
  cancel?: () => void;
  failures: number;
  /** Whether the edge has refused a token and taken none since. */
  isSuspect: boolean;
}

/** Any three parts of base64url: what else it might be, a header could not carry. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createTokens(
  token: NonNullable<ClientOptions["token"]>,
  { clock, report, random, wake }: TokensHost,
): Tokens {
  const entries = new Map<string, Entry>();
  let isNews = false;

  /** The application's answer; one that never comes is a failure too. */
  const request = (userId: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(REQUEST_MS, () => reject(`no token within ${REQUEST_MS} ms`));
      const take = (given: unknown): void => {
        cancel();
        if (typeof given === "string" && given.length <= TOKEN_LENGTH && TOKEN.test(given)) resolve(given);
        else reject("a JWT in its compact form");
      };
      const fail = (error: unknown): void => {
        cancel();
        reject(error instanceof Error ? error : "it failed");
      };
      Promise.resolve(userId).then(token).then(take, fail);
    });

  const wait = (entry: Entry, detail: unknown): void => {
    if (entry.failures === 0) report("no-token", "token", detail);
    entry.cancel = clock.after(backoff(++entry.failures, 0, BACKOFF_MS, random), () => {
      delete entry.cancel;
      wake();
    });
  };

  const ask = async (userId: string, entry: Entry): Promise<void> => {
    let error: unknown;
    try {
      entry.token = await request(userId);
    } catch (thrown) {
      error = thrown;
    }
    delete entry.asking;
    // Nobody needs it any more.
    if (entries.get(userId) !== entry) return;
    isNews ||= entry.token !== undefined;
    if (entry.token === undefined) wait(entry, error);
    else wake();
  };

  const forget = (userId: string, entry: Entry): void => {
    entry.cancel?.();
    entries.delete(userId);
  };

  return {
    get(userId) {
      const entry = entries.get(userId) ?? { failures: 0, isSuspect: false };
      entries.set(userId, entry);
      if (entry.token === undefined && !entry.cancel) entry.asking ??= ask(userId, entry);
      return entry.token;
    },

    accept(userId) {
      const entry = entries.get(userId);
      if (entry) Object.assign(entry, { failures: 0, isSuspect: false });
    },

    refuse(userId, detail) {
      const entry = entries.get(userId);
      if (!entry) return;
      delete entry.token;
      if (entry.isSuspect) wait(entry, detail);
      entry.isSuspect = true;
    },

    keep(userIds) {
      isNews = false;
      for (const [userId, entry] of entries) if (!userIds.has(userId)) forget(userId, entry);
    },

    async settle() {
      await Promise.all([...entries.values()].map(({ asking }) => asking));
      return isNews;
    },

    stop() {
      isNews = false;
      for (const [userId, entry] of entries) forget(userId, entry);
    },
  };
}
