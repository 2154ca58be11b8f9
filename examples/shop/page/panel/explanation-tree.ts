import type { Explanation } from "@muster/web/explain";
import { element } from "../element.ts";
import { countDown } from "./countdown.ts";

/** Why, as a list: each condition with its answer, the value that was compared and when time may change it. */
export function showExplanation(explanation: Explanation, now: number): HTMLLIElement {
  const { text, member, until, parts = [] } = explanation;
  const item = element(
    "li",
    { "data-holds": String(member) },
    element("span", { class: "mark", role: "img", "aria-label": member ? "holds:" : "does not hold:" }),
    element("span", { class: "condition" }, text),
  );
  // What a group's parts say need not be said of the group too.
  if (parts.length === 0) {
    const facts: (Node | string)[] = [];
    if ("operand" in explanation) facts.push("is ", element("b", {}, formatOperand(explanation.operand)));
    if (until !== null) facts.push(facts.length > 0 ? " · " : "", "may change in ", countDown(until, now));
    if (facts.length > 0) item.append(element("span", { class: "fact" }, ...facts));
  }
  if (parts.length > 0) item.append(element("ul", {}, ...parts.map((part) => showExplanation(part, now))));
  return item;
}

function formatOperand(operand: unknown): string {
  return operand === undefined ? "not there" : JSON.stringify(operand);
}
