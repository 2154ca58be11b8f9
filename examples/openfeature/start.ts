// npm start -w examples/openfeature: a local edge and this page alone.
import { fileURLToPath } from "node:url";
import { startLocalEdge } from "../shop/server/local-edge.ts";
import { startDelivery } from "./serve.ts";

const local = await startLocalEdge(fileURLToPath(new URL("../../.muster/openfeature", import.meta.url)));
const { url } = await startDelivery(local, 8082);
console.log(`The page: ${url}\nThe edge: ${local.edge.url}, its admin key: ${local.keys.admin}`);
