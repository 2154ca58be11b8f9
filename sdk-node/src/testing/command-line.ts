import { run } from "../cli/main.ts";

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line in this process against an edge or a peer. */
export async function runCommand(
  endpoint: string,
  argv: readonly string[],
  stdin = "",
  env: Record<string, string> = {},
): Promise<Ended> {
  let [out, err] = ["", ""];
  const code = await run(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: (async function* () {
      yield new TextEncoder().encode(stdin);
    })(),
    env: { MUSTER_ENDPOINT: endpoint, MUSTER_KEY: "mst_adm_1", ...env },
    terminal: false,
  });
  return { code, out, err };
}
