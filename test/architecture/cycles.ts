// Finds circles in a graph of imports.
// Knows nothing of files or rooms: nodes are names.

/** Every circle that a depth-first walk meets, each once, its first node repeated at the end. */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (node: string): void => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      const cycle = startingAtLeast(trail.slice(at));
      found.set(cycle.join("\n"), [...cycle, cycle[0] ?? node]);
      return;
    }
    if (done.has(node)) return;
    trail.push(node);
    for (const next of edges.get(node) ?? []) visit(next);
    trail.pop();
    done.add(node);
  };
  for (const node of edges.keys()) visit(node);
  return [...found.values()];
}

/** The same circle, begun at its least name: found from two sides it is still one. */
function startingAtLeast(circle: readonly string[]): readonly string[] {
  const at = circle.reduce((least, node, index) => (node < (circle[least] ?? "") ? index : least), 0);
  return [...circle.slice(at), ...circle.slice(0, at)];
}
