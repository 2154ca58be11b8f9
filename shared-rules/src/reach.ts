/** What can be reached from `roots`, in ascending order: a program's tables refer only to what stands before. */
export function reach(
  roots: readonly number[],
  next: (index: number) => readonly number[],
): readonly number[] {
  if (!roots.length) return roots;
  const found = new Set(roots);
  for (const index of found) for (const other of next(index)) found.add(other);
  return [...found].sort((a, b) => a - b);
}
