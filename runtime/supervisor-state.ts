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

// A Map whose entries come and go gets a new table every few of them, and so few children are faster looked through.
const FEW = 8;

/**
 * Children by id, in start order, and by their running incarnation.
 *
 * Changed in place: a copy per child would make starting n children quadratic.
 */
export class ChildTable {
  readonly #byId = new Map<string, Child>();
  /** Ids by running incarnation, made once there are more than a few. */
  #running: Map<AnyActorRef, string> | undefined;

  get(childId: string): Child | undefined {
    return this.#byId.get(childId);
  }

  /** The child whose running incarnation this is. */
  ofRef(ref: AnyActorRef): Child | undefined {
    if (this.#running === undefined && this.#byId.size > FEW) this.#running = this.#index();
    if (this.#running !== undefined) {
      const childId = this.#running.get(ref);
      return childId === undefined ? undefined : this.#byId.get(childId);
    }
    for (const child of this.#byId.values()) if (child.ref === ref && child.status === "running") return child;
    return undefined;
  }

  /** Puts a child in its place, a new one at the end. */
  set(child: Child): void {
    const { id } = child.spec;
    if (this.#running !== undefined) {
      this.#forget(this.#running, id);
      if (child.status === "running" && child.ref !== undefined) this.#running.set(child.ref, id);
    }
    this.#byId.set(id, child);
  }

  remove(childId: string): void {
    if (this.#running !== undefined) this.#forget(this.#running, childId);
    this.#byId.delete(childId);
  }

  #forget(running: Map<AnyActorRef, string>, childId: string): void {
    const before = this.#byId.get(childId)?.ref;
    if (before !== undefined) running.delete(before);
  }

  #index(): Map<AnyActorRef, string> {
    const running = new Map<AnyActorRef, string>();
    for (const { spec, status, ref } of this.#byId.values())
      if (status === "running" && ref !== undefined) running.set(ref, spec.id);
    return running;
  }

  ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** In start order. */
  all(): readonly Child[] {
    return [...this.#byId.values()];
  }
}
