import { LIMITS } from "@muster/rules";
import { BOUNDS } from "./bounds.ts";
import { MusterError } from "./error.ts";
import { LruMap } from "./lru.ts";
import { checkIds, ownerOf, type UserRef } from "./user.ts";

/** What is known of an answer beside what it says: the instant (ms) at which time alone can change it, or null. */
interface Timed {
  until: number | null;
}

export type Answers<Answer> = ReadonlyMap<string, Answer>;

interface Remembered<Answer> {
  answer: Answer;
  /** On the clock of `performance.now()`. */
  expires: number;
}

/** What is remembered of one user under one set of ids and traits. */
interface Entry<Answer> {
  form: string;
  answers: LruMap<Remembered<Answer>>;
  /** Requests under way, by key. */
  asking: Map<string, Promise<Answers<Answer>>>;
  /** The request being gathered in this tick. */
  next: { keys: Set<string>; answer: Promise<Answers<Answer>> } | null;
}

export interface AnswersOptions<Answer> {
  /** Asks the edge about a user, for these keys (null: for all). Rejects with a MusterError. */
  request: (
    user: UserRef,
    keys: readonly string[] | null,
  ) => Promise<{ now: number; answers: Answers<Answer> }>;
  /** The answer for a key that the edge does not know. */
  unknown: Answer;
  /** The longest that an answer is remembered, ms; its own `until` may end it sooner. */
  maxAge: number;
}

/** Stands for every key; none can be it. */
const ALL = "*";

/** What the edge has answered, kept while it is surely true, and one request for all who ask at the same time. */
export class EdgeAnswers<Answer extends Timed> {
  readonly #options: AnswersOptions<Answer>;
  readonly #users = new LruMap<Entry<Answer>>(BOUNDS.users);

  constructor(options: AnswersOptions<Answer>) {
    this.#options = options;
  }

  /** The remembered answer, if it still holds. */
  peek(user: UserRef, key: string): Answer | undefined {
    const owner = ownerOf(user);
    const entry = owner === undefined ? undefined : this.#users.get(owner);
    if (entry === undefined || entry.form !== formOf(user)) return undefined;
    return fresh(entry, key);
  }

  /** The answers for these keys (null: for all), remembered ones included. Rejects with a MusterError. */
  async ask(user: UserRef, keys: readonly string[] | null): Promise<Answers<Answer>> {
    const entry = this.#entry(user);
    const answers = new Map<string, Answer>();
    const requests = new Set<Promise<Answers<Answer>>>();
    for (const key of keys ?? [ALL]) {
      const known = fresh(entry, key);
      if (known !== undefined) answers.set(key, known);
      else requests.add(entry.asking.get(key) ?? this.#join(entry, user, key));
    }
    for (const answered of await Promise.all(requests)) {
      for (const [key, answer] of answered) answers.set(key, answer);
    }
    return answers;
  }

  /** Forgets a user: what was asked before is not remembered when it comes. */
  forget(user: UserRef): void {
    for (const owner of [ownerOf(user), ownerOf({ anonymousId: user.anonymousId })]) {
      if (owner !== undefined) this.#users.delete(owner);
    }
  }

  clear(): void {
    this.#users.clear();
  }

  #entry(user: UserRef): Entry<Answer> {
    checkIds(user);
    const owner = ownerOf(user);
    if (owner === undefined) {
      throw new MusterError("user-missing", "a userId or an anonymousId is needed to ask the edge", {
        path: "user",
      });
    }
    const form = formOf(user);
    if (form === undefined)
      throw new MusterError("bad-traits", "the traits cannot be written as JSON", { path: "traits" });
    const known = this.#users.get(owner);
    if (known?.form === form) return known;
    const entry: Entry<Answer> = { form, answers: new LruMap(BOUNDS.answers), asking: new Map(), next: null };
    this.#users.set(owner, entry);
    return entry;
  }

  #join(entry: Entry<Answer>, user: UserRef, key: string): Promise<Answers<Answer>> {
    if (entry.next === null) {
      const keys = new Set<string>();
      const answer = Promise.resolve().then(() => {
        entry.next = null;
        return this.#request(entry, user, keys);
      });
      entry.next = { keys, answer };
    }
    entry.next.keys.add(key);
    entry.asking.set(key, entry.next.answer);
    return entry.next.answer;
  }

  async #request(entry: Entry<Answer>, user: UserRef, keys: ReadonlySet<string>): Promise<Answers<Answer>> {
    const { maxAge, request, unknown } = this.#options;
    const all = new Map<string, Answer>();
    try {
      for (const page of keys.has(ALL) ? [null] : pages([...keys], LIMITS.page)) {
        const { now, answers } = await request(user, page);
        const missing = (page ?? []).map((key) => [key, unknown] as const);
        for (const [key, answer] of new Map([...missing, ...answers])) {
          const { until } = answer;
          const age = Math.min(maxAge, until === null ? Number.POSITIVE_INFINITY : until - now);
          all.set(key, answer);
          entry.answers.set(key, { answer, expires: performance.now() + age });
        }
      }
      return all;
    } finally {
      for (const key of keys) entry.asking.delete(key);
    }
  }
}

function fresh<Answer>(entry: Entry<Answer>, key: string): Answer | undefined {
  const known = entry.answers.get(key);
  return known === undefined || known.expires <= performance.now() ? undefined : known.answer;
}

/** Ids and traits as text, to tell one question from another; undefined where JSON cannot write them. */
function formOf(user: UserRef): string | undefined {
  try {
    return JSON.stringify([user.userId, user.anonymousId, user.traits]);
  } catch {
    return undefined;
  }
}

interface Who {
  userId?: string;
  anonymousId?: string;
  traits?: Record<string, unknown>;
}

/** The part of a request that names the user. */
export function whoIs({ userId, anonymousId, traits }: UserRef): Who {
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(anonymousId === undefined ? {} : { anonymousId }),
    ...(traits === undefined ? {} : { traits: { ...traits } }),
  };
}

function* pages<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
