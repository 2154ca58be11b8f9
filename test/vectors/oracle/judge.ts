import type { Audience, Caps, Experiment, Flag, FlagState, Places, Split } from "@muster/rules/decisions";
import { murmur3 } from "./murmur3.ts";
import { fits, holds, isMember, ms, pastOf } from "./read-rule.ts";
import type { Assigned, DecisionSet, Expected, Question } from "./set.ts";

/** Something that the decision depends on is not known yet. */
class NotReady extends Error {}

const within = (place: number, places: Places) => places.some(([from, to]) => from <= place && place < to);

/** The id under which an exposure is tracked (DECISIONS.md). */
export function exposureIdOf(experiment: string, iteration: number, unit: string): string {
  const text = JSON.stringify([experiment, iteration, unit]);
  const words = [0, 1, 2, 3].map((seed) => murmur3(text, seed).toString(16).padStart(8, "0"));
  return `$x${words.join("")}`;
}

/** Decides one question by reading the definitions as DECISIONS.md says, one sentence after the other. */
export class Judge {
  readonly #set: DecisionSet;
  readonly #question: Question;
  readonly #now: number;

  constructor(set: DecisionSet, question: Question, now: number) {
    this.#set = set;
    this.#question = question;
    this.#now = now;
  }

  decide(): Expected {
    const { ask } = this.#question;
    try {
      return "flag" in ask ? this.#decideFlag(ask.flag, ask) : this.#decidePlacement(ask);
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      const failed = { reason: "ERROR", errorCode: "PROVIDER_NOT_READY" };
      return "flag" in ask ? { ...failed, ...("default" in ask && { value: ask.default }) } : failed;
    }
  }

  #known(): void {
    if (this.#question.ready === false) throw new NotReady();
  }

  #isFor(audience: Audience | undefined): boolean {
    const { include, exclude = [], rule } = audience ?? {};
    if (!include && exclude.length === 0 && !rule) return true;
    this.#known();
    const member = (key: string) => isMember(key, this.#set, this.#question.user, this.#now);
    if (include && !include.some(member)) return false;
    if (exclude.some(member)) return false;
    return !rule || holds(rule, this.#set, this.#question.user, this.#now);
  }

  #unit(unit: "user" | "device" = "user"): string | undefined {
    const { id, anonymousId } = this.#question.user;
    return (unit === "user" ? (id ?? anonymousId) : anonymousId) ?? undefined;
  }

  #drawn(seed: string, unit: string, split: Split): string | undefined {
    const place = murmur3(`${seed}:${unit}`);
    return Object.keys(split).find((name) => within(place, split[name] ?? []));
  }

  // Flags

  #decideFlag(key: string, ask: { default?: unknown }): Expected {
    const { flags = {} } = this.#set.definitions;
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
    const fallback = "default" in ask ? { value: ask.default } : {};
    if (!flag) return { ...fallback, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" };
    const type = flag.type === "json" ? "object" : flag.type;
    if ("default" in ask && typeof ask.default !== type)
      return { ...fallback, reason: "ERROR", errorCode: "TYPE_MISMATCH" };
    const choice = this.#choose(key, flag);
    return { value: flag.variations[choice.variation], ...choice };
  }

  #choose(key: string, flag: Flag): Expected & { variation: string } {
    const chosen = this.#question.overrides?.flags ?? {};
    const variation = Object.hasOwn(chosen, key) ? chosen[key] : undefined;
    if (variation !== undefined && Object.hasOwn(flag.variations, variation))
      return { variation, reason: "STATIC" };
    const due = (flag.scheduled ?? []).filter(({ at }) => at <= this.#now);
    return this.#follow(key, due.at(-1) ?? flag);
  }

  #follow(key: string, state: FlagState): Expected & { variation: string } {
    if (!state.enabled) return { variation: state.off, reason: "DISABLED" };
    const { id, anonymousId } = this.#question.user;
    const own = id ?? anonymousId;
    for (const [variation, ids] of Object.entries(state.overrides ?? {})) {
      this.#known();
      if (own != null && ids.includes(own)) return { variation, reason: "TARGETING_MATCH" };
    }
    for (const { flag: other, in: variations } of state.prerequisites ?? []) {
      const { flags = {} } = this.#set.definitions;
      const needed = flags[other];
      const choice = needed && this.#choose(other, needed);
      const met = choice && choice.reason !== "DISABLED" && variations.includes(choice.variation);
      if (!met) return { variation: state.off, reason: "DEFAULT", prerequisite: other };
    }
    for (const rule of state.rules ?? []) {
      if (!this.#isFor(rule.audience)) continue;
      if ("variation" in rule)
        return { variation: rule.variation, reason: "TARGETING_MATCH", rule: rule.key };
      if ("rollout" in rule) {
        const unit = this.#unit(rule.rollout.unit);
        const drawn =
          unit === undefined ? undefined : this.#drawn(rule.rollout.salt, unit, rule.rollout.places);
        if (drawn !== undefined) return { variation: drawn, reason: "SPLIT", rule: rule.key };
      }
      if ("experiment" in rule) {
        const assignment = this.#assign(rule.experiment, { flag: key });
        if (assignment)
          return { variation: assignment.variation, reason: "SPLIT", rule: rule.key, assignment };
      }
    }
    return { variation: state.otherwise, reason: "DEFAULT" };
  }

  // Experiments

  #assign(key: string, by: Pick<Assigned, "flag" | "campaign">): Assigned | undefined {
    const { experiments = {} } = this.#set.definitions;
    const experiment = experiments[key];
    if (!experiment?.enabled) return undefined;
    const { iteration, start = -Infinity, end = Infinity } = experiment;
    const unit = this.#unit(experiment.unit);
    const assigned = (variation: string, settled: boolean) => ({
      ...by,
      experiment: key,
      iteration,
      variation,
      unit: unit ?? "",
      settled,
    });
    const chosen = this.#question.overrides?.experiments?.[key];
    if (chosen !== undefined && Object.hasOwn(experiment.arms, chosen)) return assigned(chosen, true);
    if (this.#now < start || this.#now >= end || unit === undefined) return undefined;
    const bound = this.#boundTo(key, experiment, unit);
    if (bound !== undefined) return assigned(bound, true);
    if (!this.#mayEnrol(key, experiment, unit)) return undefined;
    const drawn = this.#drawn(`${experiment.salt}.${iteration}.arms`, unit, experiment.arms);
    return drawn === undefined ? undefined : assigned(drawn, false);
  }

  #groupOf(key: string, { group }: Experiment): [string, Experiment][] {
    const all = Object.entries(this.#set.definitions.experiments ?? {});
    return group ? all.filter(([other, one]) => other !== key && one.group?.key === group.key) : [];
  }

  #exposures(): { experiment: unknown; iteration: unknown; variation: unknown }[] {
    this.#known();
    return pastOf(this.#question.user, this.#now)
      .filter(({ name }) => name === "$exposure")
      .map(({ props: { experiment, iteration, variation } }) => ({ experiment, iteration, variation }));
  }

  /** The arm of the first exposure to this iteration, unless an exposure to another of the group came before. */
  #boundTo(key: string, experiment: Experiment, unit: string): string | undefined {
    const { iteration, arms } = experiment;
    if (experiment.unit === "device") {
      const arm = this.#question.exposed?.[exposureIdOf(key, iteration, unit)];
      return arm !== undefined && Object.hasOwn(arms, arm) ? arm : undefined;
    }
    const group = [[key, experiment] as const, ...this.#groupOf(key, experiment)];
    const first = this.#exposures().find((one) =>
      group.some(([name, other]) => one.experiment === name && one.iteration === other.iteration),
    );
    if (first?.experiment !== key) return undefined;
    return Object.keys(arms).find((arm) => arm === first.variation);
  }

  #mayEnrol(key: string, experiment: Experiment, unit: string): boolean {
    const { holdouts = {}, groups = {} } = this.#set.definitions;
    const { salt, iteration, holdout, group, allocation, audience } = experiment;
    const held = holdout === undefined ? undefined : holdouts[holdout];
    if (held && within(murmur3(`${held.salt}:${unit}`), held.places)) return false;
    const share = group && groups[group.key];
    if (share && !within(murmur3(`${share.salt}:${unit}`), group.places)) return false;
    if (allocation && !within(murmur3(`${salt}.${iteration}.allocation:${unit}`), allocation)) return false;
    const others = this.#groupOf(key, experiment);
    if (experiment.unit === "device") {
      const seen = ([name, other]: [string, Experiment]) =>
        this.#question.exposed?.[exposureIdOf(name, other.iteration, unit)] !== undefined;
      if (others.some(seen)) return false;
    } else if (
      others.length > 0 &&
      this.#exposures().some((one) =>
        others.some(([name, other]) => one.experiment === name && one.iteration === other.iteration),
      )
    ) {
      return false;
    }
    return this.#isFor(audience);
  }

  // Campaigns

  #decidePlacement({
    placement,
    shownAt,
    leaving,
  }: {
    placement: string;
    shownAt?: number;
    leaving?: boolean;
  }): Expected {
    const campaigns = Object.entries(this.#set.definitions.campaigns ?? {})
      .filter(([, campaign]) => campaign.placement === placement && campaign.enabled)
      .sort(([a, { priority: p = 0 }], [b, { priority: q = 0 }]) => q - p || (a < b ? -1 : 1));
    const chosen = this.#question.overrides?.campaigns ?? {};
    const previewed = campaigns.find(([key]) => chosen[key] === true)?.[0];
    for (const [key, campaign] of campaigns) {
      if (chosen[key] === false || (previewed !== undefined && key !== previewed)) continue;
      if (previewed === undefined) {
        const { start = -Infinity, end = Infinity, trigger } = campaign;
        if (this.#now < start || this.#now >= end) continue;
        if (trigger?.on === "exit" && leaving !== true) continue;
        if (trigger?.on === "delay" && !(this.#now >= Number(shownAt) + ms(trigger.after))) continue;
        if (!this.#isFor(campaign.audience)) continue;
        if (trigger?.on === "event" || trigger?.on === "page") this.#known();
        const past = pastOf(this.#question.user, this.#now);
        if (trigger?.on === "event") {
          const since = this.#now - ms(trigger.within);
          if (!past.some((e) => e.name === trigger.event && e.ts > since && fits(e, trigger.where))) continue;
        }
        if (trigger?.on === "page") {
          const { on, ...comparison } = trigger;
          const last = past.filter(({ name }) => name === "$page").at(-1);
          const where = { prop: "path", ...comparison };
          if (!last || !fits(last, where)) continue;
        }
        if (this.#isCapped(campaign.caps, key) || this.#isCapped(this.#set.definitions.caps)) continue;
      }
      const { kind, content, experiment } = campaign;
      const assignment = experiment && this.#assign(experiment.key, { campaign: key });
      const shown = { campaign: key, kind };
      if (!experiment || !assignment) {
        const reason = previewed === undefined ? "TARGETING_MATCH" : "STATIC";
        return { ...shown, title: content.title, reason };
      }
      const own = experiment.contents[assignment.variation] ?? content;
      return { ...shown, title: own.title, reason: "SPLIT", assignment };
    }
    return { reason: "DEFAULT" };
  }

  #isCapped({ once, every, atMost }: Caps = {}, campaign?: string): boolean {
    if (!once && !every && atMost === undefined) return false;
    this.#known();
    const shown = pastOf(this.#question.user, this.#now).filter(
      ({ name, props }) =>
        name === "$prompt" &&
        props.action === "shown" &&
        (campaign === undefined || props.campaign === campaign),
    );
    if (once && shown.length > 0) return true;
    if (every && shown.some(({ ts }) => ts > this.#now - ms(every))) return true;
    return atMost !== undefined && shown.length >= atMost;
  }
}
