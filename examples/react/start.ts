// npm start -w examples/react: a local edge and this page alone.
import { fileURLToPath } from "node:url";
import { startLocalEdge } from "../shop/server/local-edge.ts";
import { startJournal } from "./serve.ts";

const local = await startLocalEdge(fileURLToPath(new URL("../../.muster/react", import.meta.url)));
const { url } = await startJournal(local, 8081);
console.log(`The journal: ${url}\nThe edge:    ${local.edge.url}, its admin key: ${local.keys.admin}`);
