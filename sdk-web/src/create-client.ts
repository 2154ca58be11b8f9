import { createIds } from "@muster/rules/delivery";
import { NAME_LENGTH, RENEWAL_MS } from "./bounds.ts";
import { type Capture, type Memory, startCapture } from "./capture/capture.ts";
import { describePage } from "./capture/pages.ts";
import type { Client } from "./client.ts";
import { createDecisions, type Listener } from "./decisions.ts";
import { loadDefinitions } from "./definitions.ts";
import type { Environment } from "./environment.ts";
import { createJournal, type Entry } from "./journal.ts";
import { watchPage } from "./lifecycle.ts";
import { type Data, isName, takeData } from "./operation.ts";
import type { ClientOptions } from "./options.ts";
import { Replica } from "./replica.ts";
import { callHost, type Report } from "./report.ts";
import { createDurableStore } from "./store/durable.ts";
import { createSync } from "./sync.ts";
import { createPost } from "./transport.ts";

/** When an operation was called for, and its id; taken at the call, whenever it is carried out. */
interface Stamp {
  id: string;
  ts: number;
}

/** Puts a client together on an environment. */
export function createClientIn(environment: Environment, options: ClientOptions): Client {
  const { clock, random, fetch, disk } = environment;
  const { endpoint, key, userId: knownUser, capture: captured = {}, fallback, onError } = options;
  const listeners = new Set<{ listener: Listener }>();
  let capture: Capture | undefined;
  let unwatch: (() => void) | undefined;
  /** Calls that came before memory was filled; undefined afterwards. */
  let waiting: (() => void)[] | undefined = [];
  let closed = false;
  let faults = 0;
  let mismatches = 0;

  const report: Report = (code, path, detail) => callHost(onError, { code, path, detail: String(detail) });
  const newId = createIds(clock.now);
  const store = createDurableStore(disk, clock, (error) => {
    faults++;
    report("storage", "", error);
  });
  const replica = new Replica();
  const journal = createJournal(replica, store, report, newId);
  const decisions = createDecisions({
    clock,
    replica,
    fallback,
    announce({ entered, left }) {
      // A copy, since a listener may subscribe or end others.
      for (const own of [...listeners]) {
        if (listeners.has(own)) callHost(own.listener, { entered: [...entered], left: [...left] });
      }
    },
    expired: () => sync.soon(RENEWAL_MS),
  });
  const sync = createSync({
    clock,
    replica,
    report,
    random,
    post: createPost(endpoint, key, fetch, clock.now),
    definitions: () => decisions.definitions,
    async commit(exchanged) {
      const { definitions, now } = exchanged;
      const written = journal.take(exchanged, definitions !== decisions.definitions);
      decisions.update(definitions);
      for (const segment of decisions.findMismatches(now)) {
        mismatches++;
        report("mismatch", segment, "the edge differs");
      }
      await written;
    },
    park: (id, detail) => changed(journal.park(id, detail)),
  });

  /** The user has changed: what follows from it is told and sent. */
  const changed = (done: Promise<void>): Promise<void> => {
    decisions.update();
    sync.soon();
    return done;
  };
  const record = (entry: Entry): Promise<void> => changed(journal.record(entry));
  const write = async (set: Data, stamp: Stamp): Promise<void> => {
    if (Object.keys(set).length > 0) await record({ type: "set", ...stamp, set });
  };
  const stamp = (): Stamp => ({ id: newId(), ts: clock.now() });

  /** Carries a call out once memory is filled. */
  const defer = async (task: () => Promise<void>): Promise<void> => {
    if (closed) return;
    if (waiting) await new Promise<void>((resolve) => waiting?.push(resolve));
    await task();
  };
  const refuse = async (path: string): Promise<void> =>
    report("invalid-argument", path, `text or JSON with names of at most ${NAME_LENGTH} characters`);
  /** Copies what the caller handed over and notes the time: of the call, whenever it is carried out. */
  const take = (path: string, data: Data | undefined, task: (data: Data, stamp: Stamp) => Promise<void>) => {
    const copy = takeData(data);
    if (!copy) return refuse(path);
    const at = stamp();
    return defer(() => task(copy, at));
  };

  const did = (name: string, known?: Data) => (props: Data, at: Stamp) => {
    capture?.touch();
    return record({ type: "track", ...at, name, props: { ...known, ...props } });
  };

  const client: Client = {
    ready: start(),

    track: (name, props) => (isName(name) && name !== "*" ? take("props", props, did(name)) : refuse("name")),

    page: (props) => take("props", props, did("$page", globalThis.document && describePage())),

    identify: (userId, traits) =>
      isName(userId) && userId
        ? take("traits", traits, (set, at) => {
            const known = replica.identity.userId;
            if (known === userId) return write(set, at);
            if (known !== null) void journal.renew(false);
            const done = record({ type: "identify", ...at, userId, set });
            if (known !== null) capture?.renew();
            return done;
          })
        : refuse("userId"),

    setTraits: (traits) => take("traits", traits, write),

    reset: () =>
      defer(() => {
        const done = changed(journal.renew(true));
        capture?.renew();
        return done;
      }),

    isMember: (segment) => decisions.membership(segment).member,
    membership: decisions.membership,
    memberships: decisions.memberships,

    subscribe(listener) {
      const own = { listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },

    async flush() {
      await client.ready;
      await sync.flush();
    },

    async close() {
      closed = true;
      await client.ready;
      unwatch?.();
      capture?.stop();
      sync.stop();
      decisions.stop();
      await store.close();
    },

    get status() {
      return { pending: replica.pending.size, parked: journal.parked.length, faults, mismatches };
    },

    inspect() {
      const plan = decisions.definitions?.plan;
      return plan && { plan, user: replica.user, now: clock.now() };
    },
  };
  return client;

  async function start(): Promise<void> {
    const { definitions, memory } = await journal.restore();
    try {
      if (definitions) decisions.update(await loadDefinitions(definitions));
    } catch (error) {
      report("bad-answer", "", error);
    }
    sync.soon(0);
    const calls = waiting;
    waiting = undefined;
    if (knownUser !== undefined) void client.identify(knownUser);
    if (globalThis.document && !closed) watch(memory);
    for (const call of calls ?? []) call();
    decisions.update();
  }

  function watch(memory: Memory): void {
    if (captured) {
      const host = {
        clock,
        track: (name: string, props: Data) => void record({ type: "track", ...stamp(), name, props }),
        setTraits: (set: Data) => void record({ type: "set", ...stamp(), set }),
        traits: () => replica.user.traits,
        remember: journal.remember,
      };
      capture = startCapture(host, captured, memory);
    }
    unwatch = watchPage({
      shown() {
        capture?.shown();
        decisions.update();
        sync.freshen();
      },
      hidden() {
        capture?.hidden();
        void sync.flush();
      },
      online: () => void sync.flush(),
    });
  }
}
