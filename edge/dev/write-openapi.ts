import { writeFile } from "node:fs/promises";
import { startEdge } from "./start-edge.ts";

const edge = await startEdge();
const document: unknown = await (await fetch(`${edge.url}/openapi.json`)).json();
await writeFile(new URL("../openapi.json", import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
await edge.stop();
