import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { Snippet } from "./pages.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));

function readOptions(): ts.CompilerOptions {
  const file = join(FOLDER, "..", "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(file));
  // Examples show imports and results that they do not use.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false, jsx: ts.JsxEmit.ReactJSX };
}

/** What TypeScript says against these snippets, each a module of its own, by the snippet's place. */
export function typecheck(snippets: readonly Snippet[]): string[] {
  const sources = new Map(
    snippets.map(
      (snippet, index) => [join(FOLDER, `snippet-${index}.${snippet.language}`), snippet] as const,
    ),
  );
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const snippet = sources.get(name);
    if (!snippet) return getSourceFile(name, version, ...rest);
    return ts.createSourceFile(name, `${snippet.code}\nexport {};`, version, true);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources].flatMap(([name, { place }]) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
}
