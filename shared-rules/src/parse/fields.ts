import { pointer, quote, refuse } from "./problem.ts";

/** An object's own enumerable keys with their values, each read once; a value `undefined` is a key left out. */
export type Fields = ReadonlyMap<string, unknown>;

/** The fields of an object; `what` says in the refusal what should stand there. */
export function readFields(value: unknown, path: string, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(path, "wrong-type", `${quote(value)} stands where ${what} is needed`);
  }
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}

export function allowOnly(fields: Fields, path: string, keys: readonly string[]): void {
  for (const key of fields.keys()) {
    if (!keys.includes(key)) {
      refuse(
        pointer(path, key),
        "unknown-key",
        `${quote(key)} is not known here; ${keys.join(", ")} would be`,
      );
    }
  }
}

export function requireKey(fields: Fields, path: string, key: string): unknown {
  if (!fields.has(key)) refuse(path, "missing-key", `the key ${quote(key)} is missing`);
  return fields.get(key);
}

/** Which one of the forms an object has: the only key of `forms` that it holds. */
export function readForm<Form extends string>(
  fields: Fields,
  path: string,
  what: string,
  forms: readonly Form[],
): Form {
  const [form, second] = forms.filter((key) => fields.has(key));
  if (form === undefined) refuse(path, "unknown-form", `${what} has one of the keys ${forms.join(", ")}`);
  if (second !== undefined) {
    refuse(path, "unknown-form", `${what} has only one of the keys ${quote(form)} and ${quote(second)}`);
  }
  return form;
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== "string") refuse(path, "wrong-type", `${quote(value)} stands where text is needed`);
  return value;
}

export function readList(value: unknown, path: string, what: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(path, "wrong-type", `${quote(value)} stands where ${what} is needed`);
  return value;
}

/** The part under `key` if there is one: an object to spread into what is being built. */
export function optional<Key extends string, Part>(
  fields: Fields,
  key: Key,
  read: (value: unknown) => Part,
): { [K in Key]?: Part } {
  const part: { [K in Key]?: Part } = {};
  if (fields.has(key)) part[key] = read(fields.get(key));
  return part;
}
