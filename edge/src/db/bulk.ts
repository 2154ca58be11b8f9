/** D1 takes values up to about 2 MB; characters of JSON kept here to a statement, most of them one byte each. */
const CHARACTERS = 600_000;

/**
 * One statement for any number of rows, which stand in `json_each(?1)`; a few more only where they would not fit
 * into one bound value. None for no rows. Further values are bound from `?2` on.
 */
export function bulk(
  db: D1Database,
  query: string,
  rows: Iterable<readonly unknown[]>,
  ...values: unknown[]
): D1PreparedStatement[] {
  const all = [...rows];
  if (all.length === 0) return [];
  const text = JSON.stringify(all);
  const parts = text.length <= CHARACTERS ? [text] : split(all);
  return parts.map((part) => db.prepare(query).bind(part, ...values));
}

/** The rows as several JSON lists, each as long as fits. */
function split(rows: readonly (readonly unknown[])[]): string[] {
  const lists: string[] = [];
  let parts: string[] = [];
  let size = 0;
  const close = () => {
    if (parts.length > 0) lists.push(`[${parts.join(",")}]`);
    parts = [];
    size = 0;
  };
  for (const row of rows) {
    const part = JSON.stringify(row);
    if (size + part.length > CHARACTERS) close();
    parts.push(part);
    size += part.length + 1;
  }
  close();
  return lists;
}
