/**
 * The nodes that can be reached from `roots`, each after those that it depends on; a cycle is cut somewhere.
 * Depth-first search with a stack of its own, so that no chain is too long for it.
 */
export function orderByDependencies(
  roots: Iterable<string>,
  dependenciesOf: (node: string) => Iterable<string>,
): string[] {
  const ordered = new Set<string>();
  const entered = new Set<string>();
  const open = [...roots].reverse();
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const missing: string[] = [];
    if (!entered.has(node)) {
      entered.add(node);
      for (const other of dependenciesOf(node)) if (!entered.has(other)) missing.push(other);
    }
    if (missing.length) open.push(...missing);
    else {
      open.pop();
      ordered.add(node);
    }
  }
  return [...ordered];
}
