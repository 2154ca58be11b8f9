import type { Client, FlagDecision, FlagValue, PromptDecision } from "@muster/web";
import { element } from "../element.ts";
import { countDown } from "./countdown.ts";

/** What is decided for the visitor now, as one line of the panel. */
interface Line {
  name: string;
  what: string;
  why: string;
  until: number | null;
}

const REASONS = new Map([
  ["TARGETING_MATCH", "by its audience"],
  ["SPLIT", "drawn"],
  ["DEFAULT", "nothing applies"],
  ["DISABLED", "switched off"],
  ["STATIC", "a preview"],
  ["ERROR", "not known yet"],
]);

/** The flags of the page, without counting the visitor as having seen them, and what its placements would begin. */
function readLines(client: Client): Line[] {
  const unseen = { expose: false };
  return [
    describeFlag(client.details("express-checkout", false, unseen)),
    describeFlag(client.details("checkout-button", "Check out", unseen)),
    describePrompt(client.prompt("corner")),
    describePrompt(client.prompt("top")),
  ];
}

function describeFlag({ flag, value, reason, rule, assignment, until }: FlagDecision<FlagValue>): Line {
  const why = assignment
    ? `experiment ${assignment.experiment}, arm ${assignment.variation}${assignment.settled ? ", seen and kept" : ""}`
    : (rule && `rule ${rule}`) || REASONS.get(reason);
  return { name: flag, what: JSON.stringify(value), why: `${reason}: ${why}`, until };
}

function describePrompt({ placement, campaign, reason, until }: PromptDecision): Line {
  const why = campaign ? REASONS.get(reason) : "no campaign for you, or you have seen it";
  return {
    name: `placement ${placement}`,
    what: campaign ?? "nothing new",
    why: `${reason}: ${reason === "ERROR" ? REASONS.get(reason) : why}`,
    until,
  };
}

/** What is decided, and why, as it stands now. */
export class DecisionList {
  readonly #root: Element;
  #shown = "";

  constructor(root: Element) {
    this.#root = root;
  }

  update(client: Client, now: number): void {
    const lines = readLines(client);
    // What stays as it is is left alone, so that a selection or a reader's place in it survives.
    const shown = JSON.stringify(lines);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#root.replaceChildren(...lines.map((line) => showLine(line, now)));
  }
}

function showLine({ name, what, why, until }: Line, now: number): HTMLLIElement {
  const wait = until === null ? [] : [" · may change in ", countDown(until, now)];
  return element(
    "li",
    { class: "decision", "data-decision": name, "data-value": what },
    element("b", {}, name),
    element("span", { class: "value" }, what),
    element("span", { class: "fact" }, why, ...wait),
  );
}
