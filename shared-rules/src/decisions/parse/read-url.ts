import { LIMITS } from "../../limits.ts";
import { readText } from "../../parse/fields.ts";
import { quote, refuse } from "../../parse/problem.ts";

/** Pages of two sites: what leads away from either is no path. */
const PAGES = ["https://one.invalid/a/b/c/", "http://two.invalid/"];
/** How a path begins that no one can take for a scheme. */
const PATH_STARTS = ["/", "./", "../", "?", "#"];
/** URL parsers skip some of these, and people do not see the others. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\\]/u;

function parse(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/**
 * A URL of one of these schemes, or a path on the page's own site, as the WHATWG URL standard reads it. What is kept
 * of a whole URL is its serialisation, so that everyone reads the same in it.
 */
export function readUrl(value: unknown, path: string, schemes: readonly string[]): string {
  const text = readText(value, path);
  const refuseUrl = (why: string): never => refuse(path, "invalid-url", `${quote(text)} ${why}`);
  if (text.length > LIMITS.url) refuse(path, "limit-url", `a URL has at most ${LIMITS.url} characters`);
  if (INVISIBLE.test(text)) refuseUrl("holds a space, a backslash or a character that does not show");
  const whole = parse(text);
  if (!whole) {
    const isPath =
      PATH_STARTS.some((start) => text.startsWith(start)) &&
      PAGES.every((page) => parse(text, page)?.origin === new URL(page).origin);
    if (!isPath) refuseUrl("is no URL, nor a path that begins with /, ./, ../, ? or #");
    return text;
  }
  if (!schemes.includes(whole.protocol)) refuseUrl(`has a scheme other than ${schemes.join(" ")}`);
  const isWeb = whole.protocol === "https:" || whole.protocol === "http:";
  // On a page of the same scheme, `https:shop` is a path.
  if (isWeb && !text.slice(whole.protocol.length).startsWith("//"))
    refuseUrl("lacks the // after its scheme");
  if (whole.username || whole.password) refuseUrl("holds a name or a password");
  if (whole.href.length > LIMITS.url) refuse(path, "limit-url", `a URL has at most ${LIMITS.url} characters`);
  return whole.href;
}
