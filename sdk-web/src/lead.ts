import { REQUEST_MS } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import type { Leader } from "./leader/leader.ts";
import type { Tabs } from "./tabs/tabs.ts";

/** What the lead among tabs is about. */
export interface LeadHost {
  readonly clock: Clock;
  tabs(): Tabs | undefined;
  newId(): string;
  /** Begins to talk to the edge; rejects where it cannot. */
  begin(): Promise<Leader>;
  /** Asks the tab that leads to talk to the edge, and to answer when that is done. */
  ask(id: string): void;
  /** Tells the tab that asked. */
  answer(id: string): void;
  failed(error: unknown): void;
}

/** One tab talks to the edge for all: this one, or another that is asked. */
export interface Lead {
  /** The one that talks, where this tab leads. */
  readonly leader: Leader | undefined;
  /** Waits for the lead. */
  campaign(): void;
  /** Gives the lead, or the wait for it, up. */
  resign(): void;
  /** Has all that is pending sent, here or by the tab that leads; resolves when that is done or has failed. */
  flush(): Promise<void>;
  /** Another tab asks whoever leads. */
  asked(id: string): void;
  /** The tab that leads has done what it was asked for. */
  answered(id: string): void;
}

export function createLead({ clock, tabs, newId, begin, ask, answer, failed }: LeadHost): Lead {
  let leader: Leader | undefined;
  let resign: (() => void) | undefined;
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
    if (!leader) return;
    for (const id of ids) {
      if (others.has(id)) answer(id);
      answered(id);
    }
  };

  const campaign = (): void => {
    if (resign) return;
    let isOver = false;
    const lead = async (): Promise<void> => {
      try {
        const begun = await begin();
        if (isOver) return begun.stop();
        leader = begun;
        begun.soon(0);
        await serve();
      } catch (error) {
        failed(error);
      }
    };
    const giveUp = tabs()?.campaign(() => void lead());
    if (!giveUp) void lead();
    resign = () => {
      isOver = true;
      leader?.stop();
      leader = undefined;
      giveUp?.();
    };
  };

  return {
    campaign,
    answered,

    asked(id) {
      others.add(id);
      void serve();
    },

    get leader() {
      return leader;
    },

    resign() {
      resign?.();
      resign = undefined;
    },

    async flush() {
      if (leader) return leader.flush(true);
      if (!resign) return;
      await new Promise<void>((resolve) => {
        const id = newId();
        const cancel = clock.after(REQUEST_MS, () => answered(id));
        waiting.set(id, () => {
          cancel();
          resolve();
        });
        ask(id);
      });
    },
  };
}
