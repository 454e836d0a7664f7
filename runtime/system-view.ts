// A system at one moment, as plain data.
// Knows nothing of how it is found out.
import type { TreeNode } from "./tree-node.ts";

/** A system at one moment. */
export interface SystemView {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly system: string;
  readonly actors: number;
  /** Messages that wait, in all mailboxes together. */
  readonly waiting: number;
  /** Messages handled by those who live, since they started. */
  readonly handled: number;
  readonly tree: readonly TreeNode[];
}

/** How often a system is looked at. */
export interface ObserveOptions {
  /** Default 1000. */
  readonly everyMs?: number;
  /** Ends the iteration when aborted. */
  readonly signal?: AbortSignal;
}
