import { type Definitions, DefinitionsCache } from "../../edge/src/definitions/definitions.ts";
import type { DefinitionRows } from "../../edge/src/definitions/rows.ts";

/** So many sets are remembered: each takes memory, and few come back but the first. */
const KNOWN = 200;

/** Links each set of definitions once in a process, however many edges come to have it. */
class LinkedDefinitions extends DefinitionsCache {
  readonly #known = new Map<string, Promise<Definitions>>();

  override async link(rows: DefinitionRows): Promise<Definitions> {
    const [workspace] = rows.workspace;
    if (workspace === undefined) return super.link(rows);
    const { version, membership_version: membershipVersion, ...settings } = workspace;
    const key = JSON.stringify([settings, rows.segments, rows.decisions]);
    const linked = this.#known.get(key) ?? super.link(rows);
    if (this.#known.size >= KNOWN) this.#known.clear();
    this.#known.set(key, linked);
    return { ...(await linked), version, membershipVersion };
  }
}

/** Those of this process. */
export const linked = new LinkedDefinitions();
