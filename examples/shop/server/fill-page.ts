const ENTITIES = new Map([
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["<", "&lt;"],
]);

/** Puts values where a page has `{{name}}`, as text. */
export function fillPage(html: string, values: Readonly<Record<string, string>>): string {
  const texts = new Map(Object.entries(values));
  return html.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    (texts.get(name) ?? "").replaceAll(/[&"<]/g, (sign) => ENTITIES.get(sign) ?? sign),
  );
}
