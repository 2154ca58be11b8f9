/** Digits are the printable ASCII from `#` on but `\`: JSON writes each as it is. */
const FIRST = 35;
const SKIPPED = 92;
const BASE = 91;

const decoder = new TextDecoder();

/**
 * Whole numbers as text: `head` in base 36, a space, how many digits each of the others has, and these, from 0 on,
 * in digits of base 91. So how many there are, and the head, can be told without reading them.
 */
export function pack(head: number, others: readonly number[]): string {
  const most = others.reduce((a, b) => Math.max(a, b), 0);
  let width = 1;
  for (let reach = BASE; reach <= most; reach *= BASE) width++;
  const codes = new Uint8Array(others.length * width);
  let at = 0;
  for (const other of others) {
    let rest = other;
    for (let place = at + width - 1; place >= at; place--) {
      // Not by `%`, which is slow for what does not fit into 31 bits.
      const higher = Math.floor(rest / BASE);
      const digit = FIRST + rest - higher * BASE;
      codes[place] = digit < SKIPPED ? digit : digit + 1;
      rest = higher;
    }
    at += width;
  }
  return `${head.toString(36)} ${width}${decoder.decode(codes)}`;
}

/** The head of a packed text, which begins at `from`. */
export function headOf(text: string, from = 0): number {
  return Number.parseInt(text.slice(from, text.indexOf(" ", from)), 36);
}

/** How many numbers follow the head. */
export function countOf(text: string, from = 0): number {
  const space = text.indexOf(" ", from);
  return (text.length - space - 2) / (text.charCodeAt(space + 1) - 48);
}

/** Hands over the numbers after the head, one by one. */
export function unpack(text: string, from: number, take: (number: number) => void): void {
  const space = text.indexOf(" ", from);
  const width = text.charCodeAt(space + 1) - 48;
  // What was never packed would have no end.
  if (!(width > 0)) return;
  for (let next = space + 2; next < text.length; ) {
    let number = 0;
    for (const end = next + width; next < end; next++) {
      const code = text.charCodeAt(next);
      number = number * BASE + code - (code < SKIPPED ? FIRST : FIRST + 1);
    }
    take(number);
  }
}
