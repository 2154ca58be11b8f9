import { LIMITS, type Membership } from "@muster/rules";
import type { EvaluateRequest, EvaluateResponse } from "@muster/rules/wire";
import { BOUNDS } from "./bounds.ts";
import { MusterError } from "./error.ts";
import { LruMap } from "./lru.ts";
import { ownerOf, type UserRef } from "./user.ts";

export type Answers = ReadonlyMap<string, Membership>;

interface Remembered extends Membership {
  /** On the clock of `performance.now()`. */
  expires: number;
}

/** What is remembered of one user under one set of ids and traits. */
interface Entry {
  form: string;
  answers: LruMap<Remembered>;
  /** Requests under way, by segment. */
  asking: Map<string, Promise<Answers>>;
  /** The request being gathered in this tick. */
  next: { segments: Set<string>; answer: Promise<Answers> } | null;
}

export interface AnswersOptions {
  evaluate: (request: EvaluateRequest) => Promise<EvaluateResponse>;
  /** The longest that an answer is remembered, ms; its own `until` may end it sooner. */
  maxAge: number;
}

/** Stands for every segment; no key can be it. */
const ALL = "*";

/** What the edge has answered, kept while it is surely true, and one request for all who ask at the same time. */
export class EdgeAnswers {
  readonly #options: AnswersOptions;
  readonly #users = new LruMap<Entry>(BOUNDS.users);

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** The remembered answer, if it still holds. */
  peek(user: UserRef, segment: string): Membership | undefined {
    const owner = ownerOf(user);
    const entry = owner === undefined ? undefined : this.#users.get(owner);
    if (entry === undefined || entry.form !== formOf(user)) return undefined;
    return fresh(entry, segment);
  }

  /**
   * The answers for these segments (null: for all), remembered ones included; nobody is a member of one that
   * the edge does not know. Rejects with a MusterError.
   */
  async ask(user: UserRef, segments: readonly string[] | null): Promise<Answers> {
    const entry = this.#entry(user);
    const answers = new Map<string, Membership>();
    const requests = new Set<Promise<Answers>>();
    for (const segment of segments ?? [ALL]) {
      const known = fresh(entry, segment);
      if (known !== undefined) answers.set(segment, known);
      else requests.add(entry.asking.get(segment) ?? this.#join(entry, user, segment));
    }
    for (const answered of await Promise.all(requests)) {
      for (const [segment, membership] of answered) answers.set(segment, membership);
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

  #entry(user: UserRef): Entry {
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
    const entry: Entry = { form, answers: new LruMap(BOUNDS.answers), asking: new Map(), next: null };
    this.#users.set(owner, entry);
    return entry;
  }

  #join(entry: Entry, user: UserRef, segment: string): Promise<Answers> {
    if (entry.next === null) {
      const segments = new Set<string>();
      const answer = Promise.resolve().then(() => {
        entry.next = null;
        return this.#request(entry, user, segments);
      });
      entry.next = { segments, answer };
    }
    entry.next.segments.add(segment);
    entry.asking.set(segment, entry.next.answer);
    return entry.next.answer;
  }

  async #request(entry: Entry, user: UserRef, segments: ReadonlySet<string>): Promise<Answers> {
    const answers = new Map<string, Membership>();
    try {
      for (const page of segments.has(ALL) ? [null] : pages([...segments], LIMITS.page)) {
        const request = { ...whoIs(user), ...(page === null ? {} : { segments: page }) };
        const { now, memberships } = await this.#options.evaluate(request);
        const unknown: Membership = { member: false, until: null };
        const asked = (page ?? []).map((segment) => [segment, unknown] as const);
        for (const [segment, { member, until }] of new Map<string, Membership>([
          ...asked,
          ...Object.entries(memberships),
        ])) {
          const age = Math.min(this.#options.maxAge, until === null ? Number.POSITIVE_INFINITY : until - now);
          answers.set(segment, { member, until });
          entry.answers.set(segment, { member, until, expires: performance.now() + age });
        }
      }
      return answers;
    } finally {
      for (const segment of segments) entry.asking.delete(segment);
    }
  }
}

function fresh(entry: Entry, segment: string): Membership | undefined {
  const known = entry.answers.get(segment);
  if (known === undefined || known.expires <= performance.now()) return undefined;
  return { member: known.member, until: known.until };
}

/** Ids and traits as text, to tell one question from another; undefined where JSON cannot write them. */
function formOf(user: UserRef): string | undefined {
  try {
    return JSON.stringify([user.userId, user.anonymousId, user.traits]);
  } catch {
    return undefined;
  }
}

/** The part of a request that names the user. */
export function whoIs({ userId, anonymousId, traits }: UserRef): EvaluateRequest {
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(anonymousId === undefined ? {} : { anonymousId }),
    ...(traits === undefined ? {} : { traits: { ...traits } }),
  };
}

function* pages<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
