/**
 * A node that can be reached from itself, or undefined. Depth-first search with a stack of its own, so that no
 * chain is too long for it; linear in nodes and edges.
 */
export function findLoop<Node>(
  nodes: Iterable<Node>,
  edges: (node: Node) => Iterable<Node>,
): Node | undefined {
  const open = new Set<Node>();
  const done = new Set<Node>();
  for (const root of nodes) {
    if (done.has(root)) continue;
    const stack = [{ node: root, rest: edges(root)[Symbol.iterator]() }];
    open.add(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { done: exhausted, value: next } = top.rest.next();
      if (exhausted) {
        open.delete(top.node);
        done.add(top.node);
        stack.pop();
      } else if (open.has(next)) {
        return next;
      } else if (!done.has(next)) {
        open.add(next);
        stack.push({ node: next, rest: edges(next)[Symbol.iterator]() });
      }
    }
  }
  return undefined;
}
