import { type ClientOptions, createClient } from "@muster/web";
import { MusterProvider } from "@muster/web/react";
import { hydrateRoot } from "react-dom/client";
import { App } from "./app.tsx";

const root = document.getElementById("root") ?? document.body;
const { user = "", key = "", endpoint = "" } = root.dataset;
const json = document.getElementById("muster")?.textContent ?? "null";
const bootstrap: ClientOptions["bootstrap"] | null = JSON.parse(json);

const client = createClient({ key, endpoint, userId: user, ...(bootstrap && { bootstrap }) });

hydrateRoot(
  root,
  <MusterProvider client={client} bootstrap={bootstrap ?? undefined}>
    <App user={user} />
  </MusterProvider>,
);
