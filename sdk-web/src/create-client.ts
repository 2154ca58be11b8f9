import { createIds } from "@muster/rules/delivery";
import { takeBootstrap } from "./bootstrap/take-bootstrap.ts";
import { RENEWAL_MS } from "./bounds.ts";
import { createCalls, type Stamp } from "./calls.ts";
import type { Client } from "./client.ts";
import { correctClock } from "./clock.ts";
import { createDecider } from "./decider.ts";
import { createDecisionCalls } from "./decision-calls.ts";
import { createDecisions } from "./decisions.ts";
import type { Environment } from "./environment.ts";
import { createJournal } from "./journal.ts";
import { createListeners } from "./listeners.ts";
import type { Live } from "./live/live.ts";
import { type ClientOptions, CONSENTS, type Consent } from "./options.ts";
import { isRecord } from "./records.ts";
import { Replica } from "./replica.ts";
import { createReport } from "./report.ts";
import type { Message } from "./tabs/messages.ts";

/** Puts a client together on an environment. */
export function createClientIn(environment: Environment, options: ClientOptions): Client {
  const { disk, tabs, bytes } = environment;
  const { userId: knownUser, fallback, onError } = options;
  let { consent = "granted" } = options;
  const { report, counts } = createReport(onError);
  const { announce, subscribe } = createListeners();
  /** Calls that came before memory was filled; undefined afterwards. */
  let waiting: (() => void)[] | undefined = [];
  /** What goes on by itself, once it is fetched. */
  let live: Live | undefined;
  let loading: Promise<void> | undefined;
  let isNew = true;
  let closed = false;

  const clock = correctClock(environment.clock);
  const newId = createIds(clock.now, bytes);
  const replica = new Replica(clock);
  const tell = (message: Message): void => tabs?.post(message);
  const bootstrap = takeBootstrap(options.bootstrap);
  if (options.bootstrap && !bootstrap) report("invalid-argument", "bootstrap", "what the edge answered");

  const decisions = createDecisions({
    clock,
    replica,
    fallback,
    bootstrap,
    announce,
    expired: () => live?.lead.leader?.soon(RENEWAL_MS),
  });
  const journal = createJournal({
    replica,
    clock,
    store: disk,
    report,
    newId,
    written: () => tell({ look: true }),
    changed() {
      decisions.update();
      live?.lead.follow();
      if (replica.isBehind) live?.lead.leader?.soon();
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
  const touched = (): void => live?.page.capture?.touch();
  const renewed = (): void => live?.page.capture?.renew();
  const calls = createCalls({ replica, journal, report, stamp, defer, touched, renewed });

  /** Does what the user agrees to; what that needs is fetched, and where it cannot be had, again later. */
  const enliven = async (): Promise<void> => {
    if (closed) return;
    if (live) return live.follow(consent);
    loading ??= import("./live/live.ts")
      .then(({ createLive }) => {
        const { endpoint, key, token, capture: captured = {} } = options;
        const edge = { endpoint, key, token, captured };
        const parts = { clock, replica, journal, decisions, report, stamp, newId, tell };
        live = createLive({ ...environment, ...edge, ...parts, back: () => void enliven() });
        if (!closed) live.follow(consent);
      })
      .catch((error) => {
        loading = undefined;
        report("bad-answer", "", error);
        clock.after(RENEWAL_MS, () => void enliven());
      });
    await loading;
  };

  tabs?.listen((message) => {
    if (!isRecord(message)) return;
    const { look, consent: other, flush, flushed, seen }: Message = message;
    if (other) void follow(other, false);
    if (look) void journal.look();
    // What the other tab has written comes first.
    if (flush) void journal.look().then(() => live?.lead.asked(flush));
    if (flushed) void journal.look().then(() => live?.lead.answered(flushed));
    if (seen && globalThis.document?.hidden) live?.lead.handOver();
  });

  /** Takes over what the page's HTML brought, as far as the device does not know better. */
  const adopt = async (): Promise<void> => {
    if (!bootstrap) return;
    try {
      const { adoptBootstrap } = await import("./bootstrap/adopt-bootstrap.ts");
      await adoptBootstrap(bootstrap, replica, journal, calls.become);
    } catch (error) {
      report("invalid-argument", "bootstrap", error);
    }
  };

  /** Goes on with the user whom memory has now: with what the page brought, and the calls that have waited. */
  const enter = async (): Promise<void> => {
    // Who has been somebody since may have become somebody else.
    if (isNew) await adopt();
    if (isNew && knownUser !== undefined && consent !== "denied") calls.become(knownUser);
    isNew &&= consent === "denied";
    const early = waiting;
    waiting = undefined;
    for (const call of early ?? []) call();
    void enliven();
    decisions.adopted();
  };

  /** Does with memory at once, and with the disk, what the user agrees to; the tab that was `isTold` does it for all. */
  const settle = async (isTold: boolean): Promise<void> => {
    const agreed = consent;
    if (agreed === "granted") await journal.join();
    else if (agreed === "denied") await journal.refuse(isTold);
    else journal.part();
    if (agreed === consent) await enter();
  };

  const ready = settle(true);
  /** When the disk has followed the changes of consent. */
  let following = ready;
  function follow(next: Consent, isTold: boolean): Promise<void> {
    if (next === consent || closed) return following;
    consent = next;
    // What is called for while memory and disk come together waits for who the user is.
    if (next === "granted") waiting ??= [];
    else live?.follow(next);
    following = Promise.all([following, settle(isTold)]).then(() => {});
    return following;
  }

  const decider = createDecider({ replica, clock, decisions, report });
  const isClosed = (): boolean => closed;
  const parts = { replica, journal, decisions, decider, calls, tabs, report, stamp, defer, ready, isClosed };
  const choices = createDecisionCalls(parts);
  if (options.overrides !== undefined) choices.setOverrides(options.overrides);

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
        renewed();
        return done;
      }),

    async setConsent(next) {
      if (!CONSENTS.includes(next)) return report("invalid-argument", "consent", CONSENTS.join(", "));
      if (!closed) tell({ consent: next });
      await follow(next, true);
      // What memory has brought along is on disk before anybody is told that it is kept.
      if (consent === "granted") await journal.commit([]);
    },

    isMember: (segment) => decisions.membership(segment).member,
    membership: decisions.membership,
    memberships: decisions.memberships,
    ...choices,
    subscribe,
    async flush() {
      await ready;
      if (!live) await enliven();
      await live?.lead.flush();
    },

    async close() {
      closed = true;
      await ready;
      live?.stop();
      decisions.stop();
      await journal.close();
      tabs?.close();
    },

    get status() {
      return { pending: replica.pending.size, parked: replica.parked.size, ...counts };
    },

    inspect() {
      const { user, definitions } = replica;
      return user && definitions && { plan: definitions.plan, user, now: clock.now() };
    },
  };
}
