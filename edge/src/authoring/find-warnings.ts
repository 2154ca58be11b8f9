import { type Problem, references } from "@muster/rules";
import type { Audience, DecisionDefinitions } from "@muster/rules/decisions";
import type { Warning } from "@muster/rules/wire";

type Named = [segment: string, path: string];

function segmentsIn({ include = [], exclude = [], rule }: Audience, path: string): Named[] {
  const list = (keys: readonly string[], part: string) =>
    keys.map((key, index): Named => [key, `${path}/${part}/${index}`]);
  const inRule = rule ? references(rule).map(([key, at]): Named => [key, `${path}/rule${at}`]) : [];
  return [...list(include, "include"), ...list(exclude, "exclude"), ...inRule];
}

/** The segments that audiences name, with the paths in the document. */
function namedIn({ flags = {}, experiments = {}, campaigns = {} }: DecisionDefinitions): Named[] {
  const ofFlags = Object.entries(flags).flatMap(([key, flag]) =>
    [flag, ...(flag.scheduled ?? [])].flatMap(({ rules = [] }, state) =>
      rules.flatMap(({ audience = {} }, index) => {
        const place = state === 0 ? "" : `/scheduled/${state - 1}`;
        return segmentsIn(audience, `/flags/${key}${place}/rules/${index}/audience`);
      }),
    ),
  );
  const others = { experiments, campaigns };
  const ofOthers = Object.entries(others).flatMap(([part, definitions]) =>
    Object.entries(definitions).flatMap(([key, { audience = {} }]) =>
      segmentsIn(audience, `/${part}/${key}/audience`),
    ),
  );
  return [...ofFlags, ...ofOthers];
}

const DETAILS = {
  unknown: "does not exist: nobody is in it",
  draft: "is a draft: nobody is in it until it is active",
  archived: "is archived: nobody is in it any more",
};

/** What audiences name that nobody can be in; each path is one of the document. */
export async function findWarnings(db: D1Database, document: DecisionDefinitions): Promise<Warning[]> {
  const named = namedIn(document);
  if (named.length === 0) return [];
  const { results } = await db
    .prepare("select key, status from segments where key in (select value from json_each(?))")
    .bind(JSON.stringify([...new Set(named.map(([key]) => key))]))
    .all<{ key: string; status: string }>();
  const statuses = new Map(results.map(({ key, status }) => [key, status]));
  return named.flatMap(([key, path]): Problem[] => {
    const status = statuses.get(key) ?? "unknown";
    if (status !== "unknown" && status !== "draft" && status !== "archived") return [];
    return [
      { code: `segment-${status}`, path, detail: `The segment ${JSON.stringify(key)} ${DETAILS[status]}.` },
    ];
  });
}
