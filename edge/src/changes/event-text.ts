import type { RulesetEvent } from "@muster/rules/wire";
import type { News, Subscription, Versions } from "./news.ts";

// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). JSON has no line breaks.

/** A comment, which nobody hears: it shows that the stream is alive. */
export const HEARTBEAT = ":\n\n";

/** How a stream begins: when to come back once it ends (ms), and where things stand. */
export function beginningText({ audience, form, last }: Subscription, now: Versions, retry: number): string {
  const isBehind = last !== null && last !== String(now.number);
  const event: RulesetEvent = { version: now[audience], ruleset: null, after: null };
  if (form === "muster") return `retry: ${retry}\n${eventText("ruleset", now.number, JSON.stringify(event))}`;
  // The id alone is no event: who evaluates anew only when told to is told where they stand.
  return `retry: ${retry}\nid: ${now.number}\n\n${isBehind ? refetchText(now, now[audience]) : ""}`;
}

/** What a stream says of a change; `after` names the definitions that it told of before. */
export function newsText(
  { audience, form }: Pick<Subscription, "audience" | "form">,
  news: News,
  after: string,
): string {
  const version = news[audience];
  if (form === "ofrep") return refetchText(news, version);
  const parts = [
    `"version":${JSON.stringify(version)}`,
    `"ruleset":${news.rulesets[audience]}`,
    `"after":${JSON.stringify(after)}`,
  ];
  return eventText("ruleset", news.number, `{${parts.join()}}`);
}

/** OFREP, ADR 0008. Versions of the workspace are instants, or later than those. */
function refetchText({ number }: Versions, version: string): string {
  const lastModified = Math.floor(number / 1_000);
  return eventText(
    "message",
    number,
    JSON.stringify({ type: "refetchEvaluation", etag: `"${version}"`, lastModified }),
  );
}

function eventText(name: string, id: number, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}
