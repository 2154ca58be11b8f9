import { createClient } from "@muster/web";
import { byId } from "./element.ts";
import { keepOffline } from "./offline.ts";
import { Panel } from "./panel/panel.ts";
import { Router } from "./router.ts";
import { Shop } from "./shop.ts";
import { Slots } from "./slots.ts";
import { openView } from "./views/open-view.ts";

function readSetting(name: string): string {
  return document.querySelector(`meta[name="muster-${name}"]`)?.getAttribute("content") ?? "";
}

const client = createClient({
  key: readSetting("key"),
  endpoint: readSetting("endpoint"),
  onError: (problem) => console.warn("muster:", problem),
});

const update = (): void => {
  slots.update();
  router.update();
  panel.update();
};

const shop = new Shop(client, update);
const order = (): void => {
  shop.buy();
  router.go("/thanks");
};
const router = new Router(byId("main", HTMLElement), (path) => openView(path, shop, order));
const slots = new Slots(shop, (path) => router.go(path));
const panel = new Panel(shop);

// What this device knows comes from its disk, not from the network: the first thing that is seen is right.
await client.ready;
router.start();
slots.start();
panel.start();
client.subscribe(update);
document.body.classList.add("ready");

keepOffline();
