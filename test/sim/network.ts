import type { Answer, SimEdge } from "./edge.ts";
import type { Faults } from "./faults.ts";
import { Deadline } from "./globals.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** Where requests come from; it is on the network or not. */
export interface Host extends Owner {
  readonly name: string;
  readonly isOnline: boolean;
}

/** A request as it travels. */
interface Letter {
  url: string;
  init: RequestInit;
  /** Counts requests, in the order in which they were sent. */
  number: number;
}

/** How long a host waits for an answer, in ms. */
function patienceOf({ signal }: RequestInit): number {
  return signal instanceof Deadline ? signal.ms : 30_000;
}

export const ORIGIN = "https://edge.sim";
/** What a client may have waited for at most, so that a letter is not under way for longer. */
const LONGEST_DELAY_MS = 20_000;

/** The network between hosts and the edge: it delays, reorders, loses and doubles, as the seed has it. */
export class Network {
  /** How many letters are under way. */
  underway = 0;
  sent = 0;
  /** Sees each request as a host sends it. */
  onSend: (host: Host, path: string, body: string) => void = () => {};
  readonly #edge: SimEdge;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  #lastArrived = 0;

  constructor(edge: SimEdge, scheduler: Scheduler, faults: Faults, random: Random) {
    this.#edge = edge;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#random = random;
  }

  /** `fetch` as a host has it. */
  fetchFrom(host: Host): typeof fetch {
    return (input, init = {}) => this.#send(host, String(input), init);
  }

  #send(host: Host, url: string, init: RequestInit): Promise<Response> {
    const { path, body } = { path: url.slice(ORIGIN.length), body: String(init.body ?? "") };
    const letter = { url, init, number: ++this.sent };
    this.#scheduler.note(
      `${host.name} sends ${letter.number}: ${init.method ?? "GET"} ${path} ${body.length}`,
    );
    this.onSend(host, path, body);
    return new Promise((resolve, reject) => {
      const faults = this.#faults;
      const fail = (): void => reject(new TypeError("Failed to fetch"));
      const reply = (answer: Answer | undefined): void => {
        const line = `${host.name} hears ${letter.number}: ${answer?.status ?? "nothing"} ${answer?.body.length ?? 0}`;
        const hear = (): void => {
          if (answer === undefined || !host.isOnline) fail();
          else
            resolve(
              new Response(answer.status === 204 ? null : answer.body, {
                status: answer.status,
                headers: answer.headers,
              }),
            );
        };
        this.#later(this.#trip(), line, hear, host);
      };
      if (!host.isOnline) {
        faults.count("offline");
        return reply(undefined);
      }
      switch (faults.draw("requestLost", "answerLost", "duplicate", "delay", "unavailable")) {
        case "requestLost":
          // Either the host is told so, or it waits in vain.
          if (this.#random.chance(0.5)) return reply(undefined);
          return this.#later(patienceOf(init), `${host.name} gives ${letter.number} up`, fail, host);
        case "answerLost":
          return this.#deliver(letter, this.#trip(), () => reply(undefined));
        case "duplicate":
          this.#deliver(letter, this.#trip(), reply);
          return this.#deliver(letter, this.#random.below(LONGEST_DELAY_MS), () => {});
        case "delay":
          return this.#deliver(letter, this.#random.below(LONGEST_DELAY_MS), reply);
        case "unavailable": {
          const refusal = this.#refusal();
          // What stands between may say so before the edge has heard of it, or after.
          if (this.#random.chance(0.5)) return reply(refusal);
          return this.#deliver(letter, this.#trip(), () => reply(refusal));
        }
        default:
          return this.#deliver(letter, this.#trip(), reply);
      }
    });
  }

  #deliver(letter: Letter, ms: number, reply: (answer: Answer | undefined) => void): void {
    const arrive = (): void => {
      if (letter.number < this.#lastArrived) this.#faults.count("reordering");
      this.#lastArrived = Math.max(this.#lastArrived, letter.number);
      const { method = "GET", headers = {}, body = null } = letter.init;
      this.underway++;
      this.#edge.handle(new Request(letter.url, { method, headers, body }), (answer) => {
        this.underway--;
        reply(answer);
      });
    };
    this.#later(ms, `edge hears ${letter.number}`, arrive);
  }

  #later(ms: number, what: string, run: () => void, owner?: Owner): void {
    this.underway++;
    const end = (): void => {
      this.underway--;
      if (owner?.isAlive !== false) run();
    };
    this.#scheduler.after(ms, what, end);
  }

  #trip(): number {
    return this.#random.chance(0.8) ? this.#random.below(30) : this.#random.below(1_000);
  }

  #refusal(): Answer {
    const status = this.#random.pick([429, 503, 500]);
    const seconds = this.#random.pick(["", "1", "7"]);
    const headers: [string, string][] = seconds === "" ? [] : [["retry-after", seconds]];
    return { status, headers, body: "" };
  }
}
