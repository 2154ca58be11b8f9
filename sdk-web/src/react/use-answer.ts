import { useMemo, useSyncExternalStore } from "react";
import type { Client } from "../client.ts";
import { type Source, useSource } from "./provider.ts";

/** A question that both sides of a page can answer. */
export interface Question<Answer> {
  /** Names it: questions of one kind with the same key are the same. */
  key: string;
  ask(client: Client): Answer;
  /** The answer without a client: on the server, and in the first render of a page that came from there. */
  serve(bootstrap: Source["bootstrap"]): Answer;
  /** What makes two answers the same. */
  textOf(answer: Answer): unknown;
}

const SILENT = () => () => {};

/** As JSON; what is none (a cycle, a big integer) is like all others of its type. */
export function jsonOf(value: unknown): string {
  try {
    return `${JSON.stringify(value)}`;
  } catch {
    return typeof value;
  }
}

/** The answer now, kept up with the client; the same object for as long as it is the same answer. */
export function useAnswer<Answer>(question: Question<Answer>): Answer {
  const { client, bootstrap } = useSource();
  const { key } = question;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what the question is
  const [subscribe, current, served] = useMemo(() => {
    const { ask, serve, textOf } = question;
    let last: { answer: Answer; text: string } | undefined;
    const keep = (answer: Answer): Answer => {
      const text = jsonOf(textOf(answer));
      if (text !== last?.text) last = { answer, text };
      return last.answer;
    };
    let first: { answer: Answer } | undefined;
    const served = (): Answer => {
      first ??= { answer: keep(serve(bootstrap)) };
      return first.answer;
    };
    if (!client) return [SILENT, served, served];
    // While nothing is said to be new nothing is asked: an answer may tell of time, and be another each time.
    let held: { answer: Answer } | undefined;
    const current = (): Answer => {
      held ??= { answer: keep(ask(client)) };
      return held.answer;
    };
    const subscribe = (listener: () => void): (() => void) => {
      // There may have been news before.
      held = undefined;
      return client.subscribe(() => {
        held = undefined;
        listener();
      });
    };
    return [subscribe, current, served];
  }, [client, bootstrap, key]);
  return useSyncExternalStore(subscribe, current, served);
}
