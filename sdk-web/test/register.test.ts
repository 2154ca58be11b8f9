import ts from "typescript";
import { expect, test } from "vitest";

const FILE = `${import.meta.dirname}/registered.ts`;

/** An application whose keys were written down, as `muster types` does. */
const APPLICATION = `
  import type { Client } from "@muster/web";
  declare module "@muster/web" {
    interface Register {
      flags: { beta: boolean; words: string; limits: { most: number } };
      segments: "pro" | "new";
      placements: "home";
    }
  }
  declare const client: Client;
`;

/** What the compiler says against this use of a client. */
function check(use: string): string[] {
  const { config } = ts.readConfigFile(`${import.meta.dirname}/../tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${import.meta.dirname}/..`);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === FILE
      ? ts.createSourceFile(name, APPLICATION + use, version, true)
      : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([FILE], options, host);
  const source = program.getSourceFile(FILE);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}

test("once keys are registered a mistyped one does not compile, and values have their flags' types", () => {
  const right = `
    export const beta: boolean = client.value("beta", false);
    export const words: string = client.details("words", "none").value;
    export const most: number = client.value("limits", { most: 1 }).most;
    export const none: { most: number } | undefined = client.value("limits", undefined);
    export const is: boolean = client.isMember("pro") && client.membership("new").member;
    export const { campaign } = client.prompt("home", { leaving: true });
  `;
  const wrong = `
    client.value("bta", false);
    client.value("beta", "yes");
    client.isMember("por");
    client.prompt("hom");
  `;
  expect(check(right + wrong)).toEqual([
    expect.stringContaining('"bta"'),
    expect.stringContaining('"yes"'),
    expect.stringContaining('"por"'),
    expect.stringContaining('"hom"'),
  ]);
}, 120_000);
