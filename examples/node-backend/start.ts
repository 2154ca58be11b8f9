import { createClient } from "@muster/node";
import { createBackend } from "./server.ts";

const {
  MUSTER_ENDPOINT: endpoint = "http://localhost:8787",
  MUSTER_KEY: key = "",
  PORT = "3000",
} = process.env;

const muster = createClient({ endpoint, key });
const accounts = new Map([
  ["ann", { userId: "ann", traits: { plan: "free" } }],
  ["bob", { userId: "bob", traits: { plan: "pro" } }],
]);
const server = createBackend(muster, accounts).listen(Number(PORT), () => {
  console.log(`http://localhost:${PORT}/export?user=ann`);
});

process.once("SIGTERM", () => {
  server.close(() => void muster.close());
});
