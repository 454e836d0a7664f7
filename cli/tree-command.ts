// `dspex tree`: who runs under whom in the process that works on a store, as it is now.
// Knows nothing of how that process is asked.
import { formatTree, type InspectedSystem, readInspection, type TreeNode } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { storeFolder } from "./open-runtime.ts";
import { localTime } from "./time-text.ts";

const DEFAULT_LIMIT = 50;

/** Shows. */
export async function treeCommand(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context;
  const inspected = await readInspection(storeFolder(context));
  const maxChildren = flags.limit ?? DEFAULT_LIMIT;
  output.result(`${formatTree(inspected.tree, { maxChildren })}\n\n${footOf(inspected)}`, inspected);
  return EXIT.ok;
}

function footOf({ system, pid, actors, at, tree }: InspectedSystem): string {
  const { waiting, restarts } = sumsOf(tree);
  const words = [
    `system ${system}`,
    `process ${pid}`,
    `${actors} actors`,
    `waiting ${waiting}`,
    `restarts ${restarts}`,
  ];
  return [...words, localTime(at)].join(" · ");
}

function sumsOf(tree: readonly TreeNode[]): { readonly waiting: number; readonly restarts: number } {
  let waiting = 0;
  let restarts = 0;
  // Not recursive: chains of actors may be long.
  const open = [...tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    waiting += node.mailbox;
    restarts += node.restarts;
    for (const child of node.children) open.push(child);
  }
  return { waiting, restarts };
}
