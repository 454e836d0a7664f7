// One actor in the supervision tree, as plain data.
// Knows nothing of how it is found out or shown.

/** Where an actor is: `busy` waits for a handler's promise, `held` is suspended from outside, `restarting` and `stopped` have no incarnation. */
export type TreeStatus = "starting" | "running" | "busy" | "held" | "terminating" | "restarting" | "stopped";

/** One actor, or a child of a supervisor that has none at present. */
export interface TreeNode {
  /** Undefined for a child without an incarnation. */
  readonly actorId: number | undefined;
  readonly actorName: string;
  /** Its id under its supervisor. */
  readonly childId?: string;
  readonly behaviour: string;
  readonly kind: "worker" | "supervisor";
  readonly status: TreeStatus;
  /** What it is handling: `call "add"`. */
  readonly handling?: string;
  /** Messages that wait. */
  readonly mailbox: number;
  /** Messages handled by this incarnation. */
  readonly handled: number;
  /** Incarnations before this one, under its supervisor. */
  readonly restarts: number;
  /** How the last incarnation ended, in one line. */
  readonly lastExit?: string;
  /** Where it runs. */
  readonly host: string;
  /** In start order. */
  readonly children: readonly TreeNode[];
}
