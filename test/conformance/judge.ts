import { type DefinitionsLine, readCases, type VectorFile, type Verdict } from "./cases.ts";
import { judgeAsked } from "./judge-asked.ts";
import { judgeDocument } from "./judge-document.ts";
import { judgeCatalog, judgeDecision, judgeStream } from "./judge-life.ts";

/**
 * Runs a file of vectors through everything that evaluates or parses rules, one verdict a case: a rule for a
 * user, a check of a stream, a document. Knows no runtime: the same code runs in Node, workerd and Chromium.
 */
export function judge(file: VectorFile): Verdict[] {
  const definitions = new Map<string, DefinitionsLine>();
  return readCases(file).flatMap((one) => {
    if ("definitions" in one) {
      definitions.set(one.id, one);
      return [];
    }
    if ("ask" in one) return judgeAsked(file.name, one, definitions.get(one.with));
    if ("refused" in one) return judgeDocument(file.name, one);
    if ("ops" in one) return judgeStream(file.name, one);
    if ("users" in one) return judgeCatalog(file.name, one);
    return judgeDecision(file.name, one);
  });
}
