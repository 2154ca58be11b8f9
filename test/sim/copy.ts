/**
 * Plain data apart from what its owner holds, as a browser's structured clone makes it (which takes several times as
 * long).
 * @throws TypeError for what is not plain data
 */
export function copy<Value>(value: Value): Value;
export function copy(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError("it cannot be cloned");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError("it is not plain data");
  const copied: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    // Such a name must not reach the prototype.
    if (name === "__proto__") Object.defineProperty(copied, name, { value: copy(item), enumerable: true });
    else copied[name] = copy(item);
  }
  return copied;
}
