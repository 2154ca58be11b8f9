import { LIMITS } from "../../limits.ts";
import { readText } from "../../parse/fields.ts";
import { quote, refuse } from "../../parse/problem.ts";
import { checkUrl } from "../url.ts";

/** A URL that `checkUrl` lets through, no longer than the limit, as it is given and as it is kept. */
export function readUrl(value: unknown, path: string, schemes: readonly string[]): string {
  const text = readText(value, path);
  const requireShort = (url: string): void => {
    if (url.length > LIMITS.url) refuse(path, "limit-url", `a URL has at most ${LIMITS.url} characters`);
  };
  requireShort(text);
  const checked = checkUrl(text, schemes);
  if (!checked.ok) return refuse(path, "invalid-url", `${quote(text)} ${checked.why}`);
  requireShort(checked.url);
  return checked.url;
}
