import { REQUEST_MS } from "../bounds.ts";
import type { Journal } from "../journal.ts";
import type { Message } from "../tabs/messages.ts";
import type { Tabs } from "../tabs/tabs.ts";
import { createLeader, type Leader, type LeaderHost } from "./leader.ts";

/** What the lead among tabs is about. */
export interface LeadHost extends Omit<LeaderHost, "journal"> {
  readonly journal: Pick<Journal, "commit" | "look" | "isAlone">;
  readonly tabs?: Tabs | undefined;
  newId(): string;
  tell(message: Message): void;
}

/** One tab talks to the edge for all: this one, or another that is asked. */
export interface Lead {
  /** The one that talks, where this tab leads or its disk fails, so that no other tab knows what it has to send. */
  readonly leader: Leader | undefined;
  /** Waits for the lead. */
  campaign(): void;
  /** Gives the lead, or the wait for it, up. */
  resign(): void;
  /** Lets another tab lead, if one waits. */
  handOver(): void;
  /** Whether the disk fails has changed. */
  follow(): void;
  /** Has all that is pending sent, here or by the tab that leads; resolves when that is done or has failed. */
  flush(): Promise<void>;
  /** Another tab asks whoever leads. */
  asked(id: string): void;
  /** The tab that leads has done what it was asked for. */
  answered(id: string): void;
}

export function createLead(host: LeadHost): Lead {
  const { clock, tabs, replica, journal, newId, tell } = host;
  let leader: Leader | undefined;
  let hasLead = false;
  let giveUp: (() => void) | undefined;
  /** Those in this tab who wait for what another one does. */
  const waiting = new Map<string, () => void>();
  /** What other tabs have asked for, whoever leads then. */
  const others = new Set<string>();

  const answered = (id: string): void => {
    waiting.get(id)?.();
    waiting.delete(id);
    others.delete(id);
  };
  const serve = async (): Promise<void> => {
    const ids = [...waiting.keys(), ...others];
    if (ids.length) await leader?.flush(true);
    if (!leader || !hasLead) return;
    for (const id of ids) {
      if (others.has(id)) tell({ flushed: id });
      answered(id);
    }
  };
  /** Whoever led before may have sent any of what is pending, and not lived to hear the answer. */
  const suspect = (): void => {
    for (const id of replica.pending.keys()) replica.doubt.add(id);
  };
  const follow = (): void => {
    const isTalking = giveUp !== undefined && (hasLead || journal.isAlone);
    if (isTalking === (leader !== undefined)) return;
    leader?.stop();
    suspect();
    leader = isTalking ? createLeader(host) : undefined;
    leader?.soon(0);
    if (leader) void serve();
  };

  const campaign = (): void => {
    if (giveUp) return;
    let isOver = false;
    const lead = async (): Promise<void> => {
      // What a tab that is gone had on disk is this one's to send.
      await journal.look();
      if (isOver) return;
      hasLead = true;
      suspect();
      follow();
    };
    const resign = tabs?.campaign(() => void lead());
    giveUp = () => {
      isOver = true;
      resign?.();
    };
    if (tabs) follow();
    else void lead();
  };
  const resign = (): void => {
    giveUp?.();
    giveUp = undefined;
    hasLead = false;
    follow();
  };

  return {
    follow,
    answered,

    get leader() {
      return leader;
    },

    campaign,
    resign,

    handOver() {
      if (!hasLead) return;
      resign();
      campaign();
    },

    asked(id) {
      others.add(id);
      void serve();
    },

    async flush() {
      if (leader) return leader.flush(true);
      if (!giveUp) return;
      await new Promise<void>((resolve) => {
        const id = newId();
        const cancel = clock.after(REQUEST_MS, () => answered(id));
        waiting.set(id, () => {
          cancel();
          resolve();
        });
        tell({ flush: id });
      });
    },
  };
}
