import { createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createdIdentityKey, identityAlgorithm, identityKeyList } from "@muster/rules/wire";
import { algorithmOf } from "../key-algorithm.ts";
import { type Command, EXIT, type Io, type Option, UsageError } from "./command.ts";
import { readText } from "./read-text.ts";
import { formatTable } from "./table.ts";

const PATH = "/v1/identity-keys";
const JSON_SWITCH: Option = { help: "print JSON" };

const create: Command = {
  name: "identity-keys create",
  positionals: [],
  summary: "Make a secret that users' tokens are signed with, or hand over the public key of a pair",
  options: {
    public: { hint: "FILE|-", help: "a public key, PEM or JWK; left out, the edge makes a secret" },
    alg: { hint: "ALG", help: `${identityAlgorithm.options.join(", ")}; left out, HS256 or the key's own` },
    kid: { hint: "KID", help: "its name in tokens; left out, the edge makes one" },
    json: JSON_SWITCH,
  },
  details: `Examples:
  muster identity-keys create
  openssl genpkey -algorithm ed25519 -out identity.pem
  openssl pkey -in identity.pem -pubout | muster identity-keys create --public -`,
  run: async ({ args, edge, io }) => {
    const given = args.text("public");
    const key = given === undefined ? undefined : await readPublicKey(given, io);
    const alg =
      args.choice("alg", identityAlgorithm.options) ?? (key === undefined ? "HS256" : algorithmOf(key));
    const kid = args.text("kid");
    const body = JSON.stringify({ alg, kid, jwk: key?.export({ format: "jwk" }) });
    const made = await edge.call(createdIdentityKey, { method: "POST", path: PATH, body });
    const secret = made.secret === null ? "" : `secret (shown this once) ${made.secret}\n`;
    io.out(
      args.flag("json") ? `${JSON.stringify(made, null, 2)}\n` : `kid ${made.kid}, ${made.alg}\n${secret}`,
    );
    return EXIT.ok;
  },
};

const list: Command = {
  name: "identity-keys list",
  positionals: [],
  summary: "List the keys that users' tokens are signed with, revoked ones too",
  options: { json: JSON_SWITCH },
  run: async ({ args, edge, io }) => {
    const { keys } = await edge.call(identityKeyList, { path: PATH });
    const day = (at: number | null) => (at === null ? "" : new Date(at).toISOString());
    const rows = keys.map(({ kid, alg, createdAt, revokedAt }) => [kid, alg, day(createdAt), day(revokedAt)]);
    const table = formatTable(["KID", "ALG", "CREATED", "REVOKED"], rows);
    io.out(args.flag("json") ? `${JSON.stringify(keys, null, 2)}\n` : table);
    return EXIT.ok;
  },
};

const revoke: Command = {
  name: "identity-keys revoke",
  positionals: ["KID"],
  summary: "Revoke a key: no token that it signed is taken any more",
  options: {},
  run: async ({ args, edge, io }) => {
    const kid = args.positional("KID");
    await edge.send({ method: "DELETE", path: `${PATH}/${encodeURIComponent(kid)}` });
    io.out(`revoked ${kid}\n`);
    return EXIT.ok;
  },
};

export const identityKeyCommands: readonly Command[] = [create, list, revoke];

/** Of a private key only the public part goes on. */
async function readPublicKey(given: string, io: Io): Promise<KeyObject> {
  let text: string;
  try {
    text = given === "-" ? await readText(io.stdin) : await readFile(given, "utf8");
  } catch (thrown) {
    throw new UsageError(`${given} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  try {
    return createPublicKey(/^\s*\{/.test(text) ? { key: JSON.parse(text), format: "jwk" } : text);
  } catch {
    throw new UsageError("--public is a file with a public key as PEM or JWK");
  }
}
