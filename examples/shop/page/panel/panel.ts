import type { explain } from "@muster/web/explain";
import { byId, say } from "../element.ts";
import type { Shop } from "../shop.ts";
import { tick } from "./countdown.ts";
import { DecisionList } from "./decisions.ts";
import { askEdge, type EdgeAnswers } from "./edge-answers.ts";
import { SegmentCard, type Verdict } from "./segment-card.ts";

const TICK_MS = 1_000;

/** "Who am I to Muster?": what the browser has decided, why, and whether the edge says the same. */
export class Panel {
  readonly #shop: Shop;
  readonly #details = byId("panel", HTMLDetailsElement);
  readonly #segments = byId("segments", HTMLElement);
  readonly #decisions = new DecisionList(byId("decisions", HTMLElement));
  readonly #cards = new Map<string, SegmentCard>();
  #explain: typeof explain | undefined;
  #edge: EdgeAnswers | "unreachable" | undefined;
  #asking = false;
  /** Something has happened since the edge was asked. */
  #stale = true;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#details.addEventListener("toggle", () => this.#refresh());
    for (const event of ["online", "offline"]) addEventListener(event, () => this.update());
    setInterval(() => this.#refresh(), TICK_MS);
    byId("log-in", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const userId = byId("user-id", HTMLInputElement).value.trim();
      if (userId !== "") shop.logIn(userId);
    });
    byId("log-out", HTMLButtonElement).addEventListener("click", () => shop.logOut());
  }

  /** Opens it where there is room, now that there is something to show. */
  start(): void {
    this.#details.open = matchMedia("(min-width: 64rem)").matches;
    this.update();
  }

  /** Something has changed. */
  update(): void {
    this.#stale = true;
    this.#refresh();
  }

  #refresh(): void {
    const memberships = this.#shop.client.memberships();
    const members = [...memberships.values()].filter(({ member }) => member).length;
    say(byId("summary", HTMLElement), `in ${members} of ${memberships.size}`);
    if (!this.#details.open) return;
    this.#loadExplain();
    this.#describe();
    const now = Date.now();
    for (const [key, membership] of memberships) {
      const explanation = this.#explain?.(this.#shop.client, key);
      this.#cardOf(key).update(membership, this.#judge(key, membership.member), explanation, now);
    }
    for (const [key, { root }] of this.#cards) root.hidden = !memberships.has(key);
    this.#decisions.update(this.#shop.client, now);
    tick(this.#details, now);
    void this.#ask();
  }

  #describe(): void {
    const { client } = this.#shop;
    const { pending } = client.status;
    const user = client.inspect()?.user;
    say(byId("who", HTMLElement), user?.id ?? `anonymous ${user?.anonymousId?.slice(-6) ?? ""}`);
    const waiting = pending === 0 ? "nothing waits to be sent" : `${pending} to be sent`;
    say(byId("connection", HTMLElement), `${navigator.onLine ? "Online" : "Offline"}, ${waiting}`);
    this.#details.dataset.online = String(navigator.onLine);
    this.#details.dataset.pending = String(pending);
    const { id = null, anonymousId } = user ?? {};
    this.#details.dataset.visitor = JSON.stringify(
      id === null ? { anonymousId } : { userId: id, anonymousId },
    );
  }

  #cardOf(key: string): SegmentCard {
    const known = this.#cards.get(key);
    if (known) return known;
    const card = new SegmentCard(key);
    this.#cards.set(key, card);
    this.#segments.append(card.root);
    return card;
  }

  #judge(key: string, member: boolean): Verdict {
    if (!navigator.onLine || this.#edge === "unreachable") return "offline";
    if (this.#shop.client.status.pending > 0) return "behind";
    if (this.#stale || !this.#edge) return "asking";
    if (this.#edge.get(key) === member) return "agrees";
    // Perhaps one of the two has just changed: asked again before it is said for good.
    this.#stale = true;
    return "differs";
  }

  /** Asks the edge when it has heard everything and something has happened since. */
  async #ask(): Promise<void> {
    const { client } = this.#shop;
    const { pending } = client.status;
    if (pending > 0) this.#stale = true;
    const user = client.inspect()?.user;
    if (!user || !this.#stale || this.#asking || pending > 0 || !navigator.onLine) return;
    this.#asking = true;
    this.#stale = false;
    this.#edge = await askEdge(user).catch((): "unreachable" => "unreachable");
    this.#asking = false;
    this.#refresh();
  }

  /** Explaining is a part of its own, fetched when somebody looks. */
  #loadExplain(): void {
    if (this.#explain) return;
    import("@muster/web/explain").then(
      (module) => {
        this.#explain = module.explain;
        this.#refresh();
      },
      () => {},
    );
  }
}
