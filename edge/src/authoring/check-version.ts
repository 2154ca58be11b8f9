import { Problem } from "../problem.ts";

/**
 * Listens to If-Match; `version` is null where there is nothing yet.
 * @throws Problem `version-mismatch`
 */
export function checkVersion(request: Request, version: number | null): void {
  const header = request.headers.get("if-match");
  if (header === null) return;
  const tags = header.split(",").map((tag) => tag.trim().replaceAll('"', ""));
  if (version !== null && (tags.includes("*") || tags.includes(String(version)))) return;
  const detail = version === null ? "There is nothing yet." : `It is at version ${version} by now.`;
  throw new Problem("version-mismatch", `${detail} Read it again, and send what it is to become.`, {
    path: "if-match",
  });
}
