import { type Definitions, DefinitionsCache } from "../../edge/src/definitions/definitions.ts";
import type { DefinitionRows } from "../../edge/src/definitions/rows.ts";

/** Links each set of definitions once in a process, however many edges come to have it. */
class LinkedDefinitions extends DefinitionsCache {
  readonly #known = new Map<string, Promise<Definitions>>();

  override async link(rows: DefinitionRows): Promise<Definitions> {
    const [workspace] = rows.workspace;
    if (workspace === undefined) return super.link(rows);
    const key = JSON.stringify([{ ...workspace, version: 0 }, rows.segments]);
    const linked = this.#known.get(key) ?? super.link(rows);
    this.#known.set(key, linked);
    return { ...(await linked), version: workspace.version };
  }
}

/** Those of this process. */
export const linked = new LinkedDefinitions();
