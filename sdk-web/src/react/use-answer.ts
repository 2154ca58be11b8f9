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

/** The answer now, kept up with the client; the same object for as long as it is the same answer. */
export function useAnswer<Answer>(question: Question<Answer>): Answer {
  const { client, bootstrap } = useSource();
  const { key } = question;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what the question is
  const [subscribe, current, served] = useMemo(() => {
    const { ask, serve, textOf } = question;
    let last: { answer: Answer; text: string } | undefined;
    const keep = (answer: Answer): Answer => {
      const text = JSON.stringify(textOf(answer));
      if (text !== last?.text) last = { answer, text };
      return last.answer;
    };
    let first: { answer: Answer } | undefined;
    const served = (): Answer => {
      first ??= { answer: keep(serve(bootstrap)) };
      return first.answer;
    };
    return client ? [client.subscribe, () => keep(ask(client)), served] : [SILENT, served, served];
  }, [client, bootstrap, key]);
  return useSyncExternalStore(subscribe, current, served);
}
