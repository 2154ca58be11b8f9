import type { ClientStatus } from "@muster/web";
import type { BrowserContext, Page } from "playwright-core";
import { countRungs, MARK, type Mark } from "./mark.ts";

/** A page with a client in it. */
export class Tab {
  readonly page: Page;
  /** Errors that nobody in the page caught. */
  readonly errors: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  /** Opens the page in a new tab, or goes there in the tab given. */
  static async open(context: BrowserContext, url: string, page?: Page): Promise<Tab> {
    const tab = new Tab(page ?? (await context.newPage()));
    await tab.page.goto(url);
    await tab.wait();
    return tab;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.wait();
  }

  private async wait(): Promise<void> {
    await this.page.waitForSelector("html[data-ready]", { state: "attached" });
    await this.page.evaluate(() => client.ready);
  }

  /** Resolves once each of the client's promises has. */
  async track(marks: readonly Mark[]): Promise<void> {
    await this.page.evaluate(
      async ([name, marks]) => {
        await Promise.all(marks.map((mark) => client.track(name, { ...mark })));
      },
      [MARK, marks] as const,
    );
  }

  /** Resolves before the client's promises do. */
  async beginToTrack(marks: readonly Mark[]): Promise<void> {
    await this.page.evaluate(
      ([name, marks]) => {
        for (const mark of marks) void client.track(name, { ...mark });
      },
      [MARK, marks] as const,
    );
  }

  memberships(): Promise<Record<string, boolean>> {
    return this.page.evaluate(() =>
      Object.fromEntries([...client.memberships()].map(([key, { member }]) => [key, member])),
    );
  }

  /** How many marks count here. */
  async count(): Promise<number> {
    return countRungs(await this.memberships());
  }

  /** Whether the page knows the user's past; a user who has just logged in may have one elsewhere. */
  isReady(): Promise<boolean> {
    return this.page.evaluate(() => client.membership("rung-1").ready);
  }

  status(): Promise<ClientStatus> {
    return this.page.evaluate(() => client.status);
  }

  flush(): Promise<void> {
    return this.page.evaluate(() => client.flush());
  }

  /** All that the page's origin keeps in IndexedDB, as text. */
  readDisk(): Promise<string> {
    return this.page.evaluate(async () => {
      const settle = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const found: unknown[] = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await settle(indexedDB.open(name ?? ""));
        for (const store of database.objectStoreNames) {
          const records = database.transaction(store).objectStore(store);
          found.push(await settle(records.getAllKeys()), await settle(records.getAll()));
        }
        database.close();
      }
      return JSON.stringify(found);
    });
  }

  identify(userId: string): Promise<void> {
    return this.page.evaluate((userId) => client.identify(userId), userId);
  }

  /** Whom the page speaks for. */
  who(): Promise<{ userId: string } | { anonymousId: string }> {
    return this.page.evaluate(() => {
      const { id, anonymousId } = client.inspect()?.user ?? {};
      return id ? { userId: id } : { anonymousId: anonymousId ?? "" };
    });
  }

  /** Gets ready, so that to end the page's process as a fault in it would, by what this gives, takes no time. */
  async aim(): Promise<() => Promise<void>> {
    const crashed = new Promise<void>((resolve) => this.page.once("crash", () => resolve()));
    const devtools = await this.page.context().newCDPSession(this.page);
    return () => {
      // This is never answered.
      void devtools.send("Page.crash").catch(() => {});
      return crashed;
    };
  }

  async crash(): Promise<void> {
    const crash = await this.aim();
    await crash();
  }
}
