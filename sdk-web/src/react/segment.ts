import type { SegmentKey } from "../register.ts";
import { answerOf } from "./read-bootstrap.ts";
import { useAnswer } from "./use-answer.ts";

/** Whether the user is in a segment; false until that is known, or what the client's `fallback` says. */
export function useSegment(segment: SegmentKey): boolean {
  return useAnswer({
    key: segment,
    ask: (client) => client.isMember(segment),
    serve: (bootstrap) => answerOf(bootstrap, segment)?.member === true,
    textOf: (answer) => answer,
  });
}
