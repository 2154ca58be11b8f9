// npm start: a local edge and the example pages, from the sources.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startDelivery } from "./openfeature/serve.ts";
import { startJournal } from "./react/serve.ts";
import { startShop } from "./shop/serve.ts";

/** Nobody waits ten minutes for a demo. */
const ABANDONED_AFTER = { seconds: 20 };

console.log("Starting the edge and the examples …");
const folder = fileURLToPath(new URL("../.muster", import.meta.url));
const shop = await startShop({ folder, port: 8080, edgePort: 8787, abandonedAfter: ABANDONED_AFTER });
const { edge, keys } = shop;
const [journal, delivery] = await Promise.all([startJournal(shop, 8081), startDelivery(shop, 8082)]);

const isTerminal = process.stdout.isTTY && !process.env.NO_COLOR;
const strong = (text: string): string => (isTerminal ? `\x1b[1m${text}\x1b[22m` : text);

console.log(`
  ${strong("The shop:")}  ${strong(shop.url)}   <- open this in your browser

  Look at four lamps, put one into the cart, wait ${ABANDONED_AFTER.seconds} seconds, buy three times: the page follows,
  and its panel says why. Then stop this (Ctrl-C) and reload: it still does. More: examples/shop/README.md

  React, rendered on the server:  ${journal.url}   (examples/react/README.md)
  OpenFeature, page and backend:  ${delivery.url}   (examples/openfeature/README.md)

  The edge:  ${edge.url}   (its interface: ${edge.url}/openapi.json)
  Keys:      publishable  ${keys.publishable.key}
             secret       ${keys.secret.key}
             admin        ${keys.admin}
             kept in ${relative(process.cwd(), shop.keyFile)}; the database is beside it

  Ask the edge who somebody is, as a server does (log in as ann in the shop first):
    curl -s ${edge.url}/v1/evaluate -H "Authorization: Bearer ${keys.secret.key}" \\
      -H "Content-Type: application/json" -d '{"userId":"ann","explain":true}'

  Make a segment of your own; the page gets it at its next sync:
    MUSTER_ENDPOINT=${edge.url} MUSTER_KEY=${keys.admin} \\
      npm run -s muster -- segments create --key big-spender --status active \\
      --rule '{"event":"purchase","measure":{"sum":"amount"},"op":"gt","value":200}'

  Switch the journal's layout; the open page follows at once:
    curl -sX PUT ${edge.url}/v1/flags/journal-layout -H "Authorization: Bearer ${keys.admin}" \\
      -H "Content-Type: application/json" -d '{"type":"string","variations":{"list":"list","cards":"cards"},
      "enabled":true,"off":"list","otherwise":"cards"}'

  Stop: Ctrl-C. Begin anew: delete the folder .muster
`);

let stopping = false;
const stop = (): void => {
  // npm passes Ctrl-C on a second time.
  if (stopping) return;
  stopping = true;
  console.log("Stopping …");
  setTimeout(() => process.exit(1), 10_000).unref();
  Promise.all([journal.stop(), delivery.stop()])
    .then(() => shop.stop())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
};
for (const signal of ["SIGINT", "SIGTERM"]) {
  // The edge's simulator would end the process at once, in the middle of whatever it does.
  process.removeAllListeners(signal);
  process.on(signal, stop);
}
