import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A Markdown file of the repository. */
export interface Page {
  /** Relative to the repository. */
  name: string;
  path: string;
  text: string;
}

/** A block of TypeScript in a page. */
export interface Snippet {
  /** The page and the line that the block begins on. */
  place: string;
  code: string;
  language: "ts" | "tsx";
}

/** All pages, without those of installed packages. */
export function readPages(): Page[] {
  const exclude = ["**/node_modules", "**/dist", "**/.*"];
  const paths = globSync("**/*.md", { cwd: ROOT, exclude });
  return paths.sort().map((name) => {
    const path = join(ROOT, name);
    return { name: relative(ROOT, path), path, text: readFileSync(path, "utf8") };
  });
}

/** The text with its blocks of code blanked, so that what looks like Markdown in them is none. */
function prose(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

/** Where the page's links lead, those to other sites left out. */
export function linksOf({ text }: Page): string[] {
  const targets = [...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(
    ([, target]) => target ?? "",
  );
  return targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The anchors that GitHub gives to the page's headings. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The page's blocks marked `ts` and `tsx`. */
export function snippetsOf({ name, text }: Page): Snippet[] {
  return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return { place: `${name}:${line}`, code: match[2] ?? "", language: match[1] === "tsx" ? "tsx" : "ts" };
  });
}
