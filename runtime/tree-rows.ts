// A tree as rows, each with the place of the row it hangs under: as deep as it may be, it becomes JSON without nesting.
// Knows nothing of what a node says.
import type { TreeNode } from "./tree-node.ts";

/** One node without its children; `under` is the place of its parent's row, -1 for a top. Parents stand before their children. */
export interface TreeRow extends Omit<TreeNode, "children"> {
  readonly under: number;
}

/** A tree's rows. */
export function toRows(nodes: readonly TreeNode[]): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const open = nodes.map((node) => ({ node, under: -1 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { children, ...row } = next.node;
    const place = rows.push({ ...row, under: next.under }) - 1;
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child !== undefined) open.push({ node: child, under: place });
    }
  }
  return rows;
}

/** The tree of these rows. */
export function fromRows(rows: readonly TreeRow[]): readonly TreeNode[] {
  const tops: TreeNode[] = [];
  const children: TreeNode[][] = [];
  for (const { under, ...row } of rows) {
    const own: TreeNode[] = [];
    children.push(own);
    (children[under] ?? tops).push({ ...row, children: own });
  }
  return tops;
}
