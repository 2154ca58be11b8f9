import { DAY, dayNumber } from "./instant.ts";

/** No zone of the tz database has changed its offset twice within 2^28 ms (3.1 days; the least gap is 3.98). */
const CHUNK = 2 ** 28;
/** Offsets from UTC stay below this; the widest known is 15 h 56 min. */
const WIDEST = 16 * 3_600_000;
const CACHED = 4_096;

/** A stretch of one UTC offset (ms): it holds at least until `end`, which is exclusive. */
interface Stretch {
  offset: number;
  end: number;
}

/**
 * Days and clock of an IANA time zone, from the runtime's own tz data (Intl). A day is named by its number,
 * days since 1970-01-01, and begins at the first instant whose date is that day or a later one (RULES.md §1).
 */
export class Zone {
  readonly #name: string;
  #format: Intl.DateTimeFormat | undefined;
  readonly #chunks = new Map<number, [before: Stretch, after: Stretch]>();
  readonly #starts = new Map<number, number>();

  constructor(name: string) {
    this.#name = name;
  }

  #measure(ms: number): number {
    // Making a format takes longer than compiling a hundred rules, so it waits for the first date.
    this.#format ??= new Intl.DateTimeFormat("en-US", {
      timeZone: this.#name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const text = this.#format.format(ms);
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (text.match(/\d+/g) ?? []).map(
      Number,
    );
    const days = dayNumber(text.includes("B") ? 1 - year : year, month, day);
    return days * DAY + ((hour * 60 + minute) * 60 + second) * 1000 - Math.floor(ms / 1000) * 1000;
  }

  /** The stretch of constant offset that `ms` lies in. */
  stretch(ms: number): Stretch {
    const index = Math.floor(ms / CHUNK);
    let pair = this.#chunks.get(index);
    if (!pair) {
      const end = (index + 1) * CHUNK;
      const [first, last] = [this.#measure(index * CHUNK), this.#measure(end - 1)];
      let [low, change] = [index * CHUNK, end];
      // Where the two ends differ, bisection finds the one change between them.
      while (first !== last && change - low > 1) {
        const middle = Math.floor((low + change) / 2);
        if (this.#measure(middle) === first) low = middle;
        else change = middle;
      }
      pair = [
        { offset: first, end: change },
        { offset: last, end },
      ];
      if (this.#chunks.size >= CACHED) this.#chunks.clear();
      this.#chunks.set(index, pair);
    }
    return ms < pair[0].end ? pair[0] : pair[1];
  }

  /** The first instant (ms) of a day; an infinite day is an infinite instant. A day that the zone skips begins where the next one does. */
  readonly startOfDay = (day: number): number => {
    if (!Number.isFinite(day)) return day;
    let start = this.#starts.get(day);
    if (start === undefined) {
      const midnight = day * DAY;
      let from = midnight - WIDEST;
      for (;;) {
        const { offset, end } = this.stretch(from);
        start = Math.max(from, midnight - offset);
        if (start < end) break;
        from = end;
      }
      if (this.#starts.size >= CACHED) this.#starts.clear();
      this.#starts.set(day, start);
    }
    return start;
  };

  /** The day that an instant lies in. */
  dayOf(ms: number): number {
    const day = Math.floor((ms + this.stretch(ms).offset) / DAY);
    // A clock set back over midnight shows the day before again; the day has begun all the same.
    return this.startOfDay(day + 1) <= ms ? day + 1 : day;
  }

  /** The hour (0–23) on the clock. */
  hourOf(ms: number): number {
    return new Date(ms + this.stretch(ms).offset).getUTCHours();
  }

  /** An instant after `ms` and not after the next change of the hour on the clock. */
  nextHour(ms: number): number {
    const { offset, end } = this.stretch(ms);
    return Math.min(end, (Math.floor((ms + offset) / 3_600_000) + 1) * 3_600_000 - offset);
  }
}

const zones = new Map<string, Zone>();

/** The zone of that name, made once. Reading a date in it throws where the runtime does not know it (`isZone`). */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** Whether the runtime knows a time zone of that name. */
export function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-US", { timeZone: name }));
  } catch {
    return false;
  }
}
