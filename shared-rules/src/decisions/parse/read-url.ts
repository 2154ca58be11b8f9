import { LIMITS } from "../../limits.ts";
import { readText } from "../../parse/fields.ts";
import { quote, refuse } from "../../parse/problem.ts";
import { checkUrl, type UrlProblem } from "../url.ts";

const PROBLEMS: Readonly<Record<UrlProblem, string>> = {
  invisible: "holds a space, a backslash or a character that does not show",
  neither: "is no URL, nor a path that begins with /, ./, ../, ? or #",
  scheme: "has a scheme other than",
  slashes: "lacks the // after its scheme",
  login: "holds a name or a password",
};

/** A URL that `checkUrl` lets through, no longer than the limit, as it is given and as it is kept. */
export function readUrl(value: unknown, path: string, schemes: readonly string[]): string {
  const text = readText(value, path);
  const requireShort = (url: string): void => {
    if (url.length > LIMITS.url) refuse(path, "limit-url", `a URL has at most ${LIMITS.url} characters`);
  };
  requireShort(text);
  const checked = checkUrl(text, schemes);
  if (!checked.ok) {
    const allowed = checked.problem === "scheme" ? ` ${schemes.join(" ")}` : "";
    return refuse(path, "invalid-url", `${quote(text)} ${PROBLEMS[checked.problem]}${allowed}`);
  }
  requireShort(checked.url);
  return checked.url;
}
