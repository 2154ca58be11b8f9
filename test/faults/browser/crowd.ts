import { Random } from "../../../bench/random.ts";
import { type PersistentBrowser, startBrowser } from "../harness/browser.ts";
import { type Mark, marksFrom } from "../harness/mark.ts";
import type { Fate } from "../harness/proxy.ts";
import type { Stage } from "../harness/stage.ts";
import { Tab } from "../harness/tab.ts";

const MOST_TABS = 3;
const MOST_MARKS = 2;
const USER = "anna";

const FATES: readonly Fate[] = ["pass", "pass", "cut", "lose-answer", "unavailable"];

/** The tabs of one visitor, and what befalls them. There is always one open. */
export class Crowd {
  tabs: Tab[] = [];
  /** The marks that a page was told to be on disk. */
  readonly sure: Mark[] = [];
  /** Those whose page was gone before it was told. */
  readonly unsure: Mark[] = [];
  readonly #stage: Stage;
  readonly #random: Random;
  /** Apart, since how many requests there are depends on time. */
  readonly #fates: Random;
  #browser: PersistentBrowser | undefined;

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
    this.#fates = new Random(random.integer(0, 2 ** 31));
  }

  async start(): Promise<void> {
    this.#browser = await startBrowser(this.#stage.disk);
    this.tabs = [];
    await this.#open();
  }

  async end(): Promise<void> {
    await this.#browser?.kill();
  }

  readonly steps: Readonly<Record<string, (tab: Tab) => Promise<void>>> = {
    track: async (tab) => {
      const marks = this.#newMarks();
      await tab.track(marks);
      this.sure.push(...marks);
    },
    weather: async () => {
      const fate = this.#random.pick(FATES);
      // What befalls one request need not befall the next.
      this.#stage.proxy.weather = fate === "cut" ? fate : () => (this.#fates.unit() < 0.7 ? fate : "pass");
    },
    open: async () => {
      if (this.tabs.length < MOST_TABS) await this.#open();
    },
    reload: async (tab) => {
      await this.#begin(tab);
      await tab.reload();
    },
    close: async (tab) => {
      await this.#begin(tab);
      await tab.page.close({ runBeforeUnload: true });
      await this.#drop(tab);
    },
    crash: async (tab) => {
      const crash = await tab.aim();
      await this.#begin(tab);
      await crash();
      await this.#drop(tab);
    },
    kill: async (tab) => {
      const kill = this.#browser?.aim();
      await this.#begin(tab);
      await kill?.();
      await this.start();
    },
    identify: (tab) => tab.identify(USER),
  };

  /** At times, marks that the page is still at work on when its end comes. */
  async #begin(tab: Tab): Promise<void> {
    if (this.#random.unit() < 0.5) return;
    const marks = this.#newMarks();
    this.unsure.push(...marks);
    await tab.beginToTrack(marks);
  }

  #newMarks(): Mark[] {
    return marksFrom(this.sure.length + this.unsure.length, this.#random.integer(1, MOST_MARKS));
  }

  async #open(): Promise<void> {
    if (this.#browser) this.tabs.push(await Tab.open(this.#browser.context, this.#stage.url));
  }

  async #drop(tab: Tab): Promise<void> {
    this.tabs = this.tabs.filter((each) => each !== tab);
    if (this.tabs.length === 0) await this.#open();
  }
}
