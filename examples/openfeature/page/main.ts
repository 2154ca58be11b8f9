import { createClient } from "@muster/web";
import { MusterWebProvider } from "@muster/web/openfeature";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { type Delivery, showDelivery } from "./delivery.ts";

const { key = "", endpoint = "" } = document.body.dataset;
const select = document.querySelector<HTMLSelectElement>("#plan");
const status = document.querySelector("#status");
const flags = OpenFeature.getClient();

/** Who is asked about. What the context says of the user is theirs as a trait. */
const context = () => ({ targetingKey: "ann", plan: select?.value ?? "basic" });

function decideDelivery(): Delivery {
  return {
    evening: flags.getBooleanValue("evening-delivery", false),
    days: flags.getNumberValue("delivery-days", 3),
    note: flags.getStringValue("delivery-note", ""),
  };
}

async function askBackend(): Promise<Delivery> {
  const { targetingKey, plan } = context();
  const response = await fetch(`/delivery?${new URLSearchParams({ user: targetingKey, plan })}`);
  if (!response.ok) throw new Error(`/delivery: ${response.status}`);
  return response.json();
}

async function show(): Promise<void> {
  showDelivery("page", decideDelivery());
  if (status) status.textContent = `Provider: ${flags.providerStatus.toLowerCase()}`;
  showDelivery("backend", await askBackend());
}

const showAll = () => void show().catch(console.warn);
for (const event of [
  ProviderEvents.Ready,
  ProviderEvents.ConfigurationChanged,
  ProviderEvents.ContextChanged,
  ProviderEvents.Error,
])
  OpenFeature.addHandler(event, showAll);
select?.addEventListener("change", () => void OpenFeature.setContext(context()));

await OpenFeature.setContext(context());
OpenFeature.setProvider(new MusterWebProvider(createClient({ key, endpoint })));
