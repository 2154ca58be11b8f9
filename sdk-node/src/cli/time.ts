/** How a column writes instants. */
export const TIME_FORMATS = ["iso", "ms", "s"] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** A date with an optional time and offset; a blank may stand for the T, as databases write it. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * The instant that a cell names, in ms since the epoch, or a text that says what is wrong. `zone` (IANA name or
 * offset) is where times are meant that do not say so; a date alone is its midnight.
 */
export function parseTime(cell: string, format: TimeFormat, zone: string | undefined): number | string {
  if (format !== "iso") {
    const number = /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
    const ms = Math.floor(format === "s" ? Math.round(number * 1e6) / 1e3 : number);
    return Number.isSafeInteger(ms)
      ? ms
      : `"${cell}" is not a number of ${format === "s" ? "seconds" : "milliseconds"}`;
  }
  const [, date, clock = "00:00", seconds = "00", fraction = "", offset] = ISO.exec(cell) ?? [];
  if (date === undefined) return `"${cell}" is not a time such as 2026-01-31T08:30:00Z`;
  const local = `${date}T${clock}:${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  const utc = Date.parse(`${local}Z`);
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(date)) return `"${cell}" does not exist`;
  const place = offset ?? zone;
  if (place === undefined)
    return `"${cell}" does not say its time zone; say which with --zone, such as --zone UTC`;
  return utc - offsetOf(place, utc);
}

/** Whether `--zone` can be read. */
export function isZoneName(zone: string): boolean {
  try {
    offsetOf(zone, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * The offset from UTC in ms of a wall clock in a zone. Of a time that the clock shows twice it is the first,
 * of one that it skips the offset before.
 */
function offsetOf(zone: string, wall: number): number {
  if (zone === "Z" || zone === "UTC") return 0;
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (fixed !== null)
    return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  const DAY = 86_400_000;
  const candidates = [measureOffset(zone, wall - DAY), measureOffset(zone, wall + DAY)] as const;
  const fits = candidates.filter((offset) => measureOffset(zone, wall - offset) === offset);
  return fits.length === 0 ? candidates[0] : Math.max(...fits);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function measureOffset(zone: string, ms: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    formats.set(zone, format);
  }
  const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes, seconds = "0"] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
  if (sign === undefined) return 0;
  return (sign === "-" ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
