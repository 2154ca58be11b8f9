import type { Tabs } from "../../sdk-web/src/tabs/tabs.ts";
import { copy } from "./copy.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

interface Member {
  readonly owner: Owner;
  readonly name: string;
  readonly listeners: Set<(message: unknown) => void>;
  readonly inbox: unknown[];
}

interface Candidate {
  readonly owner: Owner;
  readonly name: string;
  readonly lead: () => void;
  hasLead: boolean;
}

interface Turn {
  readonly owner: Owner;
  readonly begin: () => void;
}

/** What the tabs of one browser profile share: a channel on which each hears the others, and a lock that one holds. */
export class TabGroup {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #members: Member[] = [];
  /** Who waits for the lead, in order; the first may have it. */
  #candidates: Candidate[] = [];
  /** Who waits to do something alone, in order; the first does. */
  #turns: Turn[] = [];

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  join(owner: Owner, name: string): Tabs {
    const own: Member = { owner, name, listeners: new Set(), inbox: [] };
    this.#members.push(own);
    const leave = (): void => {
      const index = this.#members.indexOf(own);
      if (index >= 0) this.#members.splice(index, 1);
    };
    return {
      post: (message) => {
        for (const member of this.#members) if (member !== own) this.#send(member, copy(message));
      },
      listen: (listener) => void own.listeners.add(listener),
      campaign: (lead) => {
        const candidate: Candidate = { owner, name, lead, hasLead: false };
        this.#candidates.push(candidate);
        this.#grant();
        return () => {
          this.#candidates = this.#candidates.filter((other) => other !== candidate);
          this.#grant();
        };
      },
      alone: (task) =>
        new Promise((resolve, reject) => {
          const turn: Turn = {
            owner,
            begin: () =>
              void task()
                .then(resolve, reject)
                .finally(() => this.#next([turn])),
          };
          if (this.#turns.push(turn) === 1) turn.begin();
        }),
      close: leave,
    };
  }

  /** Lets go of what tabs held that are gone. */
  collect(): void {
    this.#candidates = this.#candidates.filter(({ owner }) => owner.isAlive);
    this.#next(this.#turns.filter(({ owner }) => !owner.isAlive));
    const living = this.#members.filter(({ owner }) => owner.isAlive);
    this.#members.splice(0, this.#members.length, ...living);
    this.#grant();
  }

  /** Lets go of turns, and begins the one that comes first then. */
  #next(over: readonly Turn[]): void {
    const [first] = this.#turns;
    this.#turns = this.#turns.filter((turn) => !over.includes(turn));
    const [next] = this.#turns;
    if (next !== first) next?.begin();
  }

  /** Messages reach a tab in the order in which they were posted. */
  #send(to: Member, message: unknown): void {
    to.inbox.push(message);
    const deliver = (): void => {
      const next = to.inbox.shift();
      for (const listener of [...to.listeners]) listener(next);
    };
    this.#scheduler.after(this.#random.below(4), `${to.name} hears`, deliver, to.owner);
  }

  #grant(): void {
    const [first] = this.#candidates;
    if (first === undefined || first.hasLead) return;
    first.hasLead = true;
    const lead = (): void => {
      if (this.#candidates.includes(first)) first.lead();
    };
    this.#scheduler.after(this.#random.below(50), `${first.name} leads`, lead, first.owner);
  }
}
