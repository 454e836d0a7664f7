// What a static supervisor keeps between messages: its flags, its children in start order, its restarts.
// Knows nothing of how children are started or stopped.
import type { AnyActorRef } from "./actor-ref.ts";
import type { RestartWindow } from "./restart-window.ts";
import type { SupervisorFlags } from "./supervisor-flags.ts";
import type { Child } from "./supervisor-table.ts";

/** What a static supervisor keeps between messages. */
export interface SupervisorState {
  readonly flags: SupervisorFlags;
  readonly children: ChildTable;
  readonly restarts: RestartWindow;
}

/**
 * Children by id, in start order, and by their running incarnation.
 *
 * Changed in place: a copy per child would make starting n children quadratic.
 */
export class ChildTable {
  readonly #byId = new Map<string, Child>();
  readonly #running = new Map<AnyActorRef, string>();

  get(childId: string): Child | undefined {
    return this.#byId.get(childId);
  }

  /** The child whose running incarnation this is. */
  ofRef(ref: AnyActorRef): Child | undefined {
    const childId = this.#running.get(ref);
    return childId === undefined ? undefined : this.#byId.get(childId);
  }

  /** Puts a child in its place, a new one at the end. */
  set(child: Child): void {
    const { id } = child.spec;
    const before = this.#byId.get(id)?.ref;
    if (before !== undefined) this.#running.delete(before);
    if (child.status === "running" && child.ref !== undefined) this.#running.set(child.ref, id);
    this.#byId.set(id, child);
  }

  remove(childId: string): void {
    const before = this.#byId.get(childId)?.ref;
    if (before !== undefined) this.#running.delete(before);
    this.#byId.delete(childId);
  }

  ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** In start order. */
  all(): readonly Child[] {
    return [...this.#byId.values()];
  }
}
