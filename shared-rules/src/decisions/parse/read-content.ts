import { LIMITS } from "../../limits.ts";
import { optional, readText, requireKey } from "../../parse/fields.ts";
import { quote, refuse } from "../../parse/problem.ts";
import type { Action, Content } from "../definitions.ts";
import { IMAGE_SCHEMES, LINK_SCHEMES } from "../url.ts";
import { readEventName, readOnly } from "./read.ts";
import { readUrl } from "./read-url.ts";

/** What changes how the text around it is shown, or is no character at all; a line may end inside a text. */
const HIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/u;

/** Text that shows as what it is: no control characters, no overrides of direction, no halves of characters. */
function readPlainText(value: unknown, path: string, limit: "title" | "text" | "label" | "alt"): string {
  const text = readText(value, path);
  if (text.length > LIMITS[limit])
    refuse(
      path,
      `limit-${limit}`,
      `at most ${LIMITS[limit]} characters stand here, and these are ${text.length}`,
    );
  const hidden = HIDDEN.exec(limit === "text" ? text.replaceAll("\n", " ") : text)?.[0];
  if (hidden !== undefined) {
    const code = hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    refuse(
      path,
      "hidden-character",
      `${quote(text)} holds U+${code}, which shows as something that it is not`,
    );
  }
  if (limit !== "alt" && text.trim() === "") refuse(path, "invalid-value", "there is nothing to read here");
  return text;
}

function readImage(value: unknown, path: string): Content["image"] & object {
  const fields = readOnly(value, path, "an image", ["url", "alt"]);
  return {
    url: readUrl(requireKey(fields, path, "url"), `${path}/url`, IMAGE_SCHEMES),
    alt: readPlainText(requireKey(fields, path, "alt"), `${path}/alt`, "alt"),
  };
}

function readAction(value: unknown, path: string): Action {
  const fields = readOnly(value, path, "an action", ["label", "url", "event"]);
  if (fields.has("url") && fields.has("event"))
    refuse(`${path}/event`, "unknown-key", "an action has a URL or an event, not both");
  return {
    label: readPlainText(requireKey(fields, path, "label"), `${path}/label`, "label"),
    ...optional(fields, "url", (url) => readUrl(url, `${path}/url`, LINK_SCHEMES)),
    ...optional(fields, "event", (event) => readEventName(event, `${path}/event`)),
  };
}

/** What a campaign shows. */
export function readContent(value: unknown, path: string): Content {
  const fields = readOnly(value, path, "content", ["title", "text", "image", "primary", "secondary"]);
  return {
    title: readPlainText(requireKey(fields, path, "title"), `${path}/title`, "title"),
    ...optional(fields, "text", (text) => readPlainText(text, `${path}/text`, "text")),
    ...optional(fields, "image", (image) => readImage(image, `${path}/image`)),
    ...optional(fields, "primary", (action) => readAction(action, `${path}/primary`)),
    ...optional(fields, "secondary", (action) => readAction(action, `${path}/secondary`)),
  };
}
