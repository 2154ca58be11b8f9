/** Pages of two sites: what leads away from either is no path. */
const PAGES = ["https://one.invalid/a/b/c/", "http://two.invalid/"];
/** How a path begins that no one can take for a scheme. */
const PATH_STARTS = ["/", "./", "../", "?", "#"];
/** URL parsers skip some of these, and people do not see the others. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\\]/u;

/** The schemes that a link of a campaign may have, and its image. */
export const LINK_SCHEMES: readonly string[] = ["https:", "http:", "mailto:", "tel:"];
export const IMAGE_SCHEMES: readonly string[] = ["https:", "http:"];

/** Why a URL is refused: it holds what does not show, is no URL and no path, or is one of a kind that is not allowed. */
export type UrlProblem = "invisible" | "neither" | "scheme" | "slashes" | "login";

/** What a URL is kept as, or why it is refused. */
export type CheckedUrl = { ok: true; url: string } | { ok: false; problem: UrlProblem };

const refuse = (problem: UrlProblem): CheckedUrl => ({ ok: false, problem });

function parse(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/**
 * A URL of one of these schemes, or a path on the page's own site, as the WHATWG URL standard reads it. What is kept
 * of a whole URL is its serialisation, so that everyone reads the same in it.
 */
export function checkUrl(text: string, schemes: readonly string[]): CheckedUrl {
  if (INVISIBLE.test(text)) return refuse("invisible");
  const whole = parse(text);
  if (!whole) {
    const isPath =
      PATH_STARTS.some((start) => text.startsWith(start)) &&
      PAGES.every((page) => parse(text, page)?.origin === new URL(page).origin);
    return isPath ? { ok: true, url: text } : refuse("neither");
  }
  if (!schemes.includes(whole.protocol)) return refuse("scheme");
  const isWeb = whole.protocol === "https:" || whole.protocol === "http:";
  // On a page of the same scheme, `https:shop` is a path.
  if (isWeb && !text.slice(whole.protocol.length).startsWith("//")) return refuse("slashes");
  if (whole.username || whole.password) return refuse("login");
  return { ok: true, url: whole.href };
}
