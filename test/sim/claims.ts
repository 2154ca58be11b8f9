import { ONCE } from "./choices.ts";
import type { Device, Person, Tab } from "./device.ts";
import type { Track } from "./own-events.ts";
import type { Truth } from "./truth.ts";

/** A tab that was about to show a campaign. */
interface Claim {
  readonly tab: Tab;
  readonly campaign: string;
  /** Who used the device then, where that is certain. */
  person: Person | undefined;
  /** Undefined until it is known, for ever in a tab that is gone. */
  isShown: boolean | undefined;
  /** Whether it was on disk, which had always been well, when it was allowed. */
  isOnDisk: boolean;
  mayBeGone: boolean;
}

type Fail = (problem: string) => void;

/** What tabs have shown, and what of it went to the edge. */
export class ClaimRecord {
  readonly #claims: Claim[] = [];
  readonly #sent = new Map<string, { device: Device; sent: Track }>();
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  /** How many prompts were shown. */
  get shown(): number {
    return this.#claims.filter(({ isShown }) => isShown).length;
  }

  begin(tab: Tab, campaign: string): Claim {
    const claim: Claim = {
      tab,
      campaign,
      person: personOf(tab),
      isShown: undefined,
      isOnDisk: false,
      mayBeGone: false,
    };
    this.#claims.push(claim);
    return claim;
  }

  end(claim: Claim, isShown: boolean): void {
    const { tab, campaign } = claim;
    claim.isShown = isShown;
    claim.isOnDisk = tab.diskFaults === 0;
    if (personOf(tab) !== claim.person) claim.person = undefined;
    if (isShown && campaign === ONCE) this.#checkOnce(claim);
  }

  /** Of all tabs of a device whose disk is well, one shows it. */
  #checkOnce(claim: Claim): void {
    const { tab, campaign, person, isOnDisk } = claim;
    const isSame = (other: Claim): boolean =>
      other.tab === tab || (isOnDisk && other.isOnDisk && other.tab.device === tab.device);
    const before = this.#claims.find(
      (other) =>
        other !== claim &&
        other.isShown === true &&
        other.campaign === campaign &&
        !other.mayBeGone &&
        person !== undefined &&
        other.person === person &&
        isSame(other),
    );
    if (before !== undefined) this.#fail(`${tab.name} shows ${campaign} after ${before.tab.name}`);
  }

  see(sent: Track, device: Device): void {
    if (this.#sent.has(sent.id)) return;
    this.#sent.set(sent.id, { device, sent });
    const { campaign } = sent.props;
    const sentNow = [...this.#sent.values()].filter(
      (one) => one.device === device && one.sent.props.campaign === campaign,
    );
    const begun = this.#claims.filter(
      (claim) => claim.tab.device === device && claim.campaign === campaign && claim.isShown !== false,
    );
    if (sentNow.length > begun.length) this.#fail(`${device.name} has shown ${campaign} oftener than it did`);
  }

  eraseDevice(device: Device): void {
    for (const claim of this.#claims) if (claim.tab.device === device) claim.mayBeGone = true;
  }

  eraseUser(erased: string, anonymousIds: ReadonlySet<string>): void {
    for (const claim of this.#claims) if (claim.person?.userId === erased) claim.mayBeGone = true;
    for (const { device, sent } of this.#sent.values())
      if (sent.userId === erased || anonymousIds.has(sent.anonymousId ?? "")) this.eraseDevice(device);
  }

  has(id: string): boolean {
    return this.#sent.has(id);
  }

  /** What was shown and could reach the disk is in the log. */
  checkKept({ profiles }: Truth, fail: Fail): void {
    const logged = new Set([...profiles.values()].flatMap(({ events }) => [...events.keys()]));
    const counts = new Map<Device, { shown: number; kept: number; mayBeGone: boolean }>();
    const countsOf = (device: Device) => {
      const found = counts.get(device) ?? { shown: 0, kept: 0, mayBeGone: false };
      counts.set(device, found);
      return found;
    };
    for (const { tab, isShown, isOnDisk, mayBeGone } of this.#claims) {
      const count = countsOf(tab.device);
      count.mayBeGone ||= mayBeGone;
      if (isShown && (isOnDisk || (tab.isAlive && !tab.isClosing))) count.shown++;
    }
    for (const [id, { device }] of this.#sent) if (logged.has(id)) countsOf(device).kept++;
    for (const [{ name }, { shown, kept, mayBeGone }] of counts)
      if (!mayBeGone && kept < shown)
        fail(`${name} has shown ${shown} prompts, of which the log has ${kept}`);
  }
}

/** Who is meant by what happens in a tab, where that is certain. */
export function personOf(tab: Tab): Person | undefined {
  return tab.isUpToDate ? tab.device.person : undefined;
}
