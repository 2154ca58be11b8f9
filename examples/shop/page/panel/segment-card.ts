import type { SegmentMembership } from "@muster/web";
import type { Explanation } from "@muster/web/explain";
import { element, say } from "../element.ts";
import { countDown } from "./countdown.ts";
import { showExplanation } from "./explanation-tree.ts";

/** How the edge's own answer stands to the browser's. */
export type Verdict = "agrees" | "differs" | "behind" | "offline" | "asking";

const VERDICTS: ReadonlyMap<Verdict, string> = new Map([
  ["agrees", "agrees"],
  ["differs", "says otherwise"],
  ["behind", "has not heard all yet"],
  ["offline", "cannot be asked now"],
  ["asking", "is being asked"],
]);

const DECIDES = new Map([
  ["browse-abandoner", "Sees the prompt “Need a hand choosing?”"],
  ["cart-abandoner", "Sees the banner “Your cart is waiting”"],
  ["loyal", "Has the flag express-checkout, and a badge"],
]);

/** One segment in the panel. */
export class SegmentCard {
  readonly root: HTMLElement;
  readonly #member = element("span", { class: "pill" });
  readonly #change = element("dd");
  readonly #edge = element("dd");
  /** One name: one of them is open at a time. */
  readonly #why = element("details", { name: "why" });
  readonly #tree = element("ul", { class: "tree" });
  #shown = "";

  constructor(key: string) {
    this.root = element(
      "section",
      { class: "segment", "data-segment": key },
      element("header", {}, element("h3", {}, key), this.#member),
      element("p", { class: "note" }, DECIDES.get(key) ?? "Decides nothing in this shop"),
      element(
        "dl",
        {},
        element("dt", {}, "May change"),
        this.#change,
        element("dt", {}, "The edge"),
        this.#edge,
      ),
      this.#why,
    );
    this.#why.append(element("summary", {}, "Why"), this.#tree);
  }

  update(
    { member, until, ready }: SegmentMembership,
    verdict: Verdict,
    explanation: Explanation | undefined,
    now: number,
  ): void {
    const { dataset } = this.root;
    // What has just changed is what one wants to understand.
    if (dataset.member !== undefined && dataset.member !== String(member)) this.#why.open = true;
    dataset.member = String(member);
    dataset.edge = verdict;
    say(this.#member, `${member ? "member" : "not in it"}${ready ? "" : ", as far as known"}`);
    say(this.#edge, VERDICTS.get(verdict) ?? verdict);
    // What stays as it is is left alone, so that a selection or a reader's place in it survives.
    const shown = JSON.stringify([until, explanation]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#change.replaceChildren(
      ...(until === null ? ["only by what you do"] : ["by itself in ", countDown(until, now)]),
    );
    this.#tree.replaceChildren(...(explanation ? [showExplanation(explanation, now)] : []));
  }
}
