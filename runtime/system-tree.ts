// The living supervision tree as plain data: who runs under whom, what waits, what ended last.
// Knows nothing of how it is shown.
import type { Cell } from "./cell.ts";
import type { ChildView } from "./child-view.ts";
import { describeReason } from "./exit-reason.ts";
import type { TreeNode, TreeStatus } from "./tree-node.ts";

type OpenNode = { -readonly [Field in keyof TreeNode]: TreeNode[Field] } & { children: OpenNode[] };

/** The tree of these cells; those without a living parent come first to last. Not recursive: chains of actors may be long. */
export function treeOf(cells: Iterable<Cell>): readonly TreeNode[] {
  const nodes = new Map<Cell, OpenNode>();
  for (const cell of cells) nodes.set(cell, toNode(cell));
  const tops: OpenNode[] = [];
  for (const [cell, node] of nodes) {
    const above = cell.parent === undefined ? undefined : nodes.get(cell.parent);
    (above?.children ?? tops).push(node);
  }
  for (const [cell, node] of nodes) {
    const views = cell.status === "running" ? cell.behaviour.childrenOf?.(cell.state) : undefined;
    if (views !== undefined) node.children = merged(node.children, views);
  }
  return tops;
}

function toNode(cell: Cell): OpenNode {
  const { handled } = cell;
  return {
    actorId: cell.actorId,
    actorName: cell.name,
    behaviour: cell.behaviour.behaviourName,
    kind: cell.behaviour.kind,
    status: statusOf(cell),
    ...(handled === undefined ? {} : { handling: String(handled) }),
    mailbox: cell.waiting,
    handled: cell.handledCount,
    restarts: 0,
    host: cell.behaviour.remote?.hostName ?? "main",
    children: [],
  };
}

function statusOf(cell: Cell): TreeStatus {
  switch (cell.status) {
    case "starting":
    case "terminating":
      return cell.status;
    default:
      return cell.isHeld ? "held" : cell.isSuspended ? "busy" : "running";
  }
}

/** What the supervisor knows, in its order, joined with who lives; then those it does not know: linked by its start functions, or just dying. */
function merged(living: readonly OpenNode[], views: readonly ChildView[]): OpenNode[] {
  const byId = new Map(living.map((node) => [node.actorId, node]));
  const known = views.map((view): OpenNode => {
    const node = byId.get(view.ref?.actorId);
    byId.delete(view.ref?.actorId);
    const { id: childId, restarts, lastExit } = view;
    // In place: its own children may be joined after this.
    return Object.assign(node ?? absent(view), {
      childId,
      restarts,
      ...(lastExit === undefined ? {} : { lastExit: describeReason(lastExit) }),
    });
  });
  return [...known, ...byId.values()];
}

function absent({ id, type, status, restarts }: ChildView): OpenNode {
  return {
    actorId: undefined,
    actorName: id,
    behaviour: type,
    kind: type,
    status: status === "restarting" ? "restarting" : "stopped",
    mailbox: 0,
    handled: 0,
    restarts,
    host: "main",
    children: [],
  };
}
