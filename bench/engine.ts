import type { Segment } from "./segments.ts";
import type { User } from "./users.ts";

/** What each file in `engines/` exports as `engine`. */
export interface Engine<S = Segment, U = User, Answers = unknown> {
  /** The segments as JSON text in the engine's own form, as it would be stored or shipped. */
  write(segments: readonly S[]): string;
  /** From that text to something that decides for these users. */
  open(text: string, users: readonly U[]): Decider<Answers> | Promise<Decider<Answers>>;
}

/** Segments and users are named by their index. Each call decides anew, unless the engine says otherwise. */
export interface Decider<Answers = unknown> {
  decideOne(segment: number, user: number): boolean | Promise<boolean>;
  /** Complete when it returns: nothing is left to be computed by `has`. */
  decideAll(user: number): Answers | Promise<Answers>;
  has(answers: Answers, segment: number): boolean;
  /** How many bytes a user takes where they are stored, for questions about that. */
  bytes?: number;
}

/** For engines that know no better than to ask segment by segment. */
export function decideEach(
  count: number,
  decideOne: (segment: number, user: number) => boolean,
): Decider<Uint8Array> {
  return {
    decideOne,
    decideAll(user) {
      const answers = new Uint8Array(count);
      for (let segment = 0; segment < count; segment++) {
        answers[segment] = decideOne(segment, user) ? 1 : 0;
      }
      return answers;
    },
    has: (answers, segment) => answers[segment] === 1,
  };
}

/** The item at an index that is known to exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
