// node --conditions=source test/vectors/oracle/generate.ts: writes test/vectors/decisions.jsonl.
import { writeFileSync } from "node:fs";
import { makeLines } from "./make-lines.ts";

writeFileSync(new URL("../decisions.jsonl", import.meta.url), `${makeLines().join("\n")}\n`);
