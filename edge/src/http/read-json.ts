import { LIMITS } from "@muster/rules";
import { Problem } from "../problem.ts";

/** How large a body may be. */
export interface BodyLimits {
  bytes: number;
  /** Levels of nesting. */
  depth: number;
}

const COMMON: BodyLimits = { bytes: LIMITS.body, depth: LIMITS.depth };

/**
 * The body as JSON. No more of it than the limit is ever held, and its nesting is counted before it is parsed.
 * @throws Problem `encoded-body`, `body-too-large`, `malformed-json`, `too-deep`
 */
export async function readJson(
  request: Request,
  { bytes: most, depth }: BodyLimits = COMMON,
): Promise<unknown> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw new Problem("encoded-body", "Send the body as it is, not compressed.", {
      path: "content-encoding",
    });
  }
  const bytes = await readBounded(request, most);
  if (isDeeperThan(bytes, depth)) {
    throw new Problem("too-deep", `Arrays and objects may stand in one another ${depth} levels deep.`);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new Problem("malformed-json", "Send one JSON document in UTF-8.", { path: "" });
  }
}

async function readBounded(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new Problem("body-too-large", `A body may hold ${limit} bytes; send it in parts.`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Brackets and braces differ in one bit. */
const EITHER = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Whether brackets outside of strings open more than `limit` levels; looks at each byte once, without recursion. */
export function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if ((byte | EITHER) === OPENING) {
      depth++;
      if (depth > limit) return true;
    } else if ((byte | EITHER) === CLOSING) depth--;
  }
  return false;
}
