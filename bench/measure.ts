import { createHash } from "node:crypto";
import { Process } from "./process.ts";
import type { Question } from "./question.ts";

type Described = { text: string; memberships: string; segments: number; bytes?: number };

/** The figures of one question at one number of segments. */
export interface Figures {
  /** By engine, a figure a round: the n-th ones were taken one after the other. */
  rounds: Map<string, number[]>;
  /** SHA-256 of the memberships that all engines agree on, and the share of users in a segment. */
  checksum: string;
  share: number;
  /** By engine, how many bytes a user takes where they are stored. */
  bytes: ReadonlyMap<string, number>;
  /** The share of memberships in which each rough engine differs. */
  differ: ReadonlyMap<string, number>;
}

/** Asks every engine the same in turns: the first round of each, then the second, … */
export async function measure(name: string, question: Question, segments: number): Promise<Figures> {
  const processes = new Map<string, Process>();
  try {
    const described = new Map<string, Described>();
    for (const engine of question.engines) {
      const process = new Process(engine, name);
      processes.set(engine, process);
      described.set(engine, await process.ask<Described>({ ask: "describe", segments }));
    }
    const memberships = agree(described, question);

    const round = async (engine: string, process: Process): Promise<number> => {
      const text = described.get(engine)?.text ?? "";
      const { figure } = await process.ask<{ figure: number }>({ ask: "round", segments, text });
      return figure;
    };
    const roundInNew = async (engine: string): Promise<number> => {
      const process = new Process(engine, name);
      const figure = await round(engine, process);
      await process.end();
      return figure;
    };
    const rounds = new Map(question.engines.map((engine) => [engine, [] as number[]]));
    for (let count = 0; count <= question.rounds; count++) {
      for (const [engine, process] of processes) {
        const figure = question.cold ? await roundInNew(engine) : await round(engine, process);
        // The round before the first warms up.
        if (count > 0) rounds.get(engine)?.push(figure);
      }
    }
    const bytes = new Map([...described].flatMap(([engine, { bytes }]) => (bytes ? [[engine, bytes]] : [])));
    return { rounds, bytes, ...memberships };
  } finally {
    await Promise.all([...processes.values()].map((process) => process.end()));
  }
}

/** Throws where the memberships of an engine that is not rough differ from the first one's, and names one that does. */
function agree(
  described: ReadonlyMap<string, Described>,
  { rough = [], shares }: Pick<Question, "rough" | "shares">,
): Pick<Figures, "checksum" | "share" | "differ"> {
  const [[reference, first] = ["", { memberships: "", segments: 0 }], ...others] = described;
  const { segments } = first;
  const expected = Buffer.from(first.memberships, "hex");
  const differ = new Map<string, number>();
  for (const [engine, { memberships }] of others) {
    const given = Buffer.from(memberships, "hex");
    if (shares !== undefined) {
      const apart = furthestApart(expected, given, segments);
      if (apart > shares)
        throw new Error(`${engine} and ${reference} differ by ${apart} in the share of a flag`);
      continue;
    }
    if (rough.includes(engine)) {
      differ.set(
        engine,
        countBits(expected.map((bits, byte) => bits ^ (given[byte] ?? 0))) / (expected.length * 8),
      );
      continue;
    }
    const byte = expected.findIndex((bits, index) => bits !== given[index]);
    if (byte < 0) continue;
    const difference = (expected[byte] ?? 0) ^ (given[byte] ?? 0);
    const bit = byte * 8 + (31 - Math.clz32(difference & -difference));
    const where = `user ${Math.floor(bit / segments)}, segment ${bit % segments}`;
    throw new Error(`${engine} and ${reference} differ: ${where} of ${segments}`);
  }
  const checksum = createHash("sha256").update(expected).digest("hex").slice(0, 12);
  return { checksum, share: countBits(expected) / (expected.length * 8), differ };
}

/** How far the shares of people differ, of the segment where they differ most. */
function furthestApart(left: Uint8Array, right: Uint8Array, segments: number): number {
  const users = Math.floor((left.length * 8) / segments);
  const count = (bytes: Uint8Array, segment: number) => {
    let members = 0;
    for (let bit = segment; bit < users * segments; bit += segments)
      members += ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1;
    return members;
  };
  const differences = Array.from({ length: segments }, (_, segment) =>
    Math.abs(count(left, segment) - count(right, segment)),
  );
  return Math.max(...differences) / users;
}

function countBits(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + byte.toString(2).replaceAll("0", "").length, 0);
}
