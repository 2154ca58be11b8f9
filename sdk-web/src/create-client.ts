import { createIds } from "@muster/rules/delivery";
import { isAbout, takeBootstrap } from "./bootstrap/take-bootstrap.ts";
import { RENEWAL_MS } from "./bounds.ts";
import { createCalls, type Stamp } from "./calls.ts";
import type { Client } from "./client.ts";
import { correctClock } from "./clock.ts";
import { createDecisions, type Listener } from "./decisions.ts";
import type { Environment } from "./environment.ts";
import { createJournal } from "./journal.ts";
import { createLead } from "./lead.ts";
import type { ClientOptions, Consent } from "./options.ts";
import { createPage } from "./page.ts";
import { isRecord } from "./records.ts";
import { Replica } from "./replica.ts";
import { callHost, type Report } from "./report.ts";
import { createDurableStore } from "./store/durable.ts";
import type { Message } from "./tabs/messages.ts";

/** Puts a client together on an environment. */
export function createClientIn(environment: Environment, options: ClientOptions): Client {
  const { random, fetch, disk, bytes } = environment;
  const { endpoint, key, userId: knownUser, capture: captured = {}, fallback, onError } = options;
  let { tabs } = environment;
  let { consent = "granted" } = options;
  const counts = { faults: 0, dropped: 0, mismatches: 0 };
  const listeners = new Set<{ listener: Listener }>();
  /** Calls that came before memory was filled; undefined afterwards. */
  let waiting: (() => void)[] | undefined = [];
  let closed = false;

  const report: Report = (code, path, detail) => {
    if (code === "queue-full") counts.dropped++;
    if (code === "storage") counts.faults++;
    if (code === "mismatch") counts.mismatches++;
    callHost(onError, { code, path, detail: String(detail) });
  };
  const clock = correctClock(environment.clock);
  const newId = createIds(clock.now, bytes);
  const store = createDurableStore(disk, clock, (error) => report("storage", "", error));
  const replica = new Replica(clock);
  const tell = (message: Message): void => tabs?.post(message);
  const bootstrap = takeBootstrap(options.bootstrap);
  if (options.bootstrap && !bootstrap) report("invalid-argument", "bootstrap", "what the edge answered");

  const decisions = createDecisions({
    clock,
    replica,
    fallback,
    bootstrap,
    announce({ entered, left }) {
      // A copy, since a listener may subscribe or end others.
      for (const own of [...listeners]) {
        if (listeners.has(own)) callHost(own.listener, { entered: [...entered], left: [...left] });
      }
    },
    expired: () => lead.leader?.soon(RENEWAL_MS),
  });
  const journal = createJournal({
    replica,
    clock,
    store,
    report,
    newId,
    tell: (changes, isErased) => tell({ changes, ...(isErased && { erase: true }) }),
    changed() {
      decisions.update();
      if (replica.isBehind) lead.leader?.soon();
    },
  });
  const failed = (error: unknown): void => report("bad-answer", "", error);
  const lead = createLead({
    clock,
    tabs: () => tabs,
    newId,
    ask: (flush) => tell({ flush }),
    answer: (flushed) => tell({ flushed }),
    failed,
    async begin() {
      const { createLeader } = await import("./leader/leader.ts");
      // What a tab that is gone had on disk is this one's to send.
      await journal.catchUp();
      const differs = (segment: string): void => report("mismatch", segment, "the edge differs");
      return createLeader({ clock, replica, report, journal, endpoint, key, fetch, random, differs });
    },
  });
  const stamp = (): Stamp => ({
    id: newId(),
    ts: clock.now(),
    ...(clock.skew === undefined && { unmeasured: true }),
  });
  const defer = async (task: () => Promise<void>): Promise<void> => {
    if (closed) return;
    if (waiting) await new Promise<void>((resolve) => waiting?.push(resolve));
    if (consent !== "denied") await task();
  };
  const calls = createCalls({
    replica,
    journal,
    report,
    stamp,
    defer,
    touched: () => page.capture?.touch(),
    renewed: () => page.capture?.renew(),
  });

  const hear = ({ changes, erase, consent: other, flush, flushed, seen }: Message): void => {
    if (other) void follow(other, false);
    const heard = journal.hear(changes ?? [], erase);
    if (flush) void heard.then(() => lead.asked(flush));
    if (flushed) void heard.then(() => lead.answered(flushed));
    if (seen && globalThis.document?.hidden) {
      lead.resign();
      lead.campaign();
    }
  };
  tabs?.listen((message) => {
    if (isRecord(message)) hear(message);
  });

  const page = createPage({
    clock,
    replica,
    journal,
    decisions,
    lead,
    captured,
    stamp,
    failed,
    seen: () => tell({ seen: true }),
    back() {
      if (consent === "granted") lead.campaign();
    },
  });

  /** Takes over what the page's HTML brought, as far as the device does not know better. */
  const adopt = async (): Promise<void> => {
    if (!bootstrap) return;
    try {
      const { weighBootstrap } = await import("./bootstrap/weigh-bootstrap.ts");
      const isSame = isAbout(bootstrap, replica.identity);
      const { changes, definitions } = await weighBootstrap(bootstrap, replica, isSame, calls.become);
      if (changes.length) void journal.commit(changes, definitions);
    } catch (error) {
      report("invalid-argument", "bootstrap", error);
    }
  };

  /** Shares the user with the disk, the tabs and the edge. */
  const join = async (): Promise<void> => {
    if (!(await journal.join())) {
      // Without a disk a tab has a user of its own.
      tabs?.close();
      tabs = undefined;
    }
    await adopt();
    if (!closed && consent === "granted") lead.campaign();
  };

  const start = async (): Promise<void> => {
    if (consent === "granted") await join();
    else {
      if (consent === "pending") void journal.renew(true);
      else {
        journal.part(true);
        await journal.clear();
      }
      await adopt();
    }
    const early = waiting;
    waiting = undefined;
    if (knownUser !== undefined) void calls.identify(knownUser);
    if (!closed && consent !== "denied") page.start();
    for (const call of early ?? []) call();
    decisions.update();
  };

  const ready = start();
  /** When disk and tabs have followed the changes of consent. */
  let following = ready;
  function follow(next: Consent, isOwn: boolean): Promise<void> {
    if (next === consent || closed) return following;
    consent = next;
    lead.resign();
    if (next !== "granted") journal.part(next === "denied");
    if (next === "denied") page.rest();
    // Of several tabs, the one that was asked erases the disk; others may have something on it again by now.
    const done = next === "granted" ? join() : next === "denied" && isOwn ? journal.clear() : undefined;
    following = Promise.all([following, done]).then(() => {
      if (next === consent && next !== "denied" && !closed) page.start();
    });
    return following;
  }

  return {
    ready,
    track: calls.track,
    page: calls.page,
    identify: calls.identify,
    setTraits: calls.setTraits,
    reset: calls.reset,

    erase: () =>
      defer(() => {
        const done = journal.erase();
        page.capture?.renew();
        return done;
      }),

    async setConsent(next) {
      tell({ consent: next });
      await follow(next, true);
    },

    isMember: (segment) => decisions.membership(segment).member,
    membership: decisions.membership,
    memberships: decisions.memberships,

    subscribe(listener) {
      const own = { listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },

    async flush() {
      await ready;
      await lead.flush();
    },

    async close() {
      closed = true;
      await ready;
      page.stop();
      lead.resign();
      decisions.stop();
      await store.close();
      tabs?.close();
    },

    get status() {
      return { pending: replica.pending.size, parked: replica.parked.size, ...counts };
    },

    inspect() {
      const plan = replica.definitions?.plan;
      return plan && { plan, user: replica.user, now: clock.now() };
    },
  };
}
