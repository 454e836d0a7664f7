// Which worker a key's calls go to: the last one's, or the one that holds its state.
// Knows nothing of queues: whose turn it is, its pool decides.
import { type BaseError, type Clock, type Timer, withinBounds } from "../runtime/base/index.ts";
import { callCancelled, sessionOver } from "./errors.ts";
import type { AffinityOptions, PoolCallOptions } from "./pool-options.ts";
import type { PoolSlot } from "./pool-slot.ts";

interface Binding {
  readonly key: string;
  /** Whose it is; the error that the next call gets where that was lost. */
  place: PoolSlot | BaseError;
  readonly strict: "yes" | "no";
  /** Runs while no call of the key waits or works. */
  timer: Timer | undefined;
}

const TTL_MS = 3_600_000;

/** Keys and their workers. */
export class PoolAffinity {
  readonly #clock: Clock;
  readonly #forget: (slot: PoolSlot, session: string) => void;
  readonly #late: (handler: string, waitedMs: number) => Error;
  readonly #bindings = new Map<string, Binding>();
  readonly #binding = new Map<string, Promise<PoolSlot>>();
  /** Calls that wait or work, by key: what they leave behind must not be dropped under them. */
  readonly #calls = new Map<string, number>();

  /** `forget` drops a key's state on its worker; `late` is the error of a call whose time is up before its key has a worker. */
  constructor(
    clock: Clock,
    forget: (slot: PoolSlot, session: string) => void,
    late: (handler: string, waitedMs: number) => Error,
  ) {
    this.#clock = clock;
    this.#forget = forget;
    this.#late = late;
  }

  /** The name under which the worker keeps a strict key's state; none for a hint, whose calls may go anywhere. */
  sessionOf({ key, mode = "hint" }: AffinityOptions): string | undefined {
    return mode === "hint" ? undefined : `affinity ${key}`;
  }

  /** The worker of a key, if it has one. Throws BRIDGE_SESSION_OVER, once, where that was lost and its state with it. */
  placeOf(options: AffinityOptions): PoolSlot | undefined {
    const name = nameOf(options);
    const binding = this.#bindings.get(name);
    if (binding === undefined) return undefined;
    if ("status" in binding.place) return binding.place;
    this.#drop(name, binding);
    throw binding.place;
  }

  /** A call of a key begins to wait for its worker: from now on until it has `ended` the key's time does not run. */
  begun(options: AffinityOptions): void {
    const name = nameOf(options);
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
    this.#bindings.get(name)?.timer?.cancel();
  }

  /** A call of a key is over, or got no worker. After the last one the key's time runs. */
  ended(options: AffinityOptions): void {
    const name = nameOf(options);
    const left = (this.#calls.get(name) ?? 1) - 1;
    if (left > 0) {
      this.#calls.set(name, left);
      return;
    }
    this.#calls.delete(name);
    const binding = this.#bindings.get(name);
    if (binding !== undefined) binding.timer = this.#timer(name, options);
  }

  /** Whether a worker for a key is being found. */
  isFinding(options: AffinityOptions): boolean {
    return this.#binding.has(nameOf(options));
  }

  /** Has a key's first worker be found once, however many ask: the others get the same, each within its own bounds. */
  async bind(
    options: AffinityOptions,
    handler: string,
    bounds: Pick<PoolCallOptions, "deadlineAt" | "signal">,
    find: () => Promise<PoolSlot>,
  ): Promise<PoolSlot | "another's turn"> {
    const name = nameOf(options);
    const finding = this.#binding.get(name);
    if (finding !== undefined) {
      // Who finds none tells its own caller; this one tries for itself.
      await this.#within(handler, bounds, () => finding.catch(() => {}));
      return "another's turn";
    }
    const found = find();
    this.#binding.set(name, found);
    try {
      const slot = await found;
      this.rebind(options, slot);
      return slot;
    } finally {
      this.#binding.delete(name);
    }
  }

  /** Makes a worker a key's from now on. */
  rebind(options: AffinityOptions, slot: PoolSlot): void {
    const name = nameOf(options);
    const old = this.#bindings.get(name);
    if (old !== undefined) this.#drop(name, old);
    const strict = this.sessionOf(options) === undefined ? "no" : "yes";
    this.#bindings.set(name, { key: options.key, place: slot, strict, timer: undefined });
    if (strict === "yes") slot.bound += 1;
  }

  /** Forgets a key, and its state. */
  forget(key: string): void {
    for (const [name, binding] of [...this.#bindings]) if (binding.key === key) this.#end(name, binding);
  }

  /** A worker is gone: hints go elsewhere, and strict keys are told. */
  lost(slot: PoolSlot, reason: string): void {
    for (const [name, binding] of [...this.#bindings]) {
      if (binding.place !== slot) continue;
      if (binding.strict === "yes") binding.place = sessionOver(binding.key, slot.worker.worker, reason);
      else this.#drop(name, binding);
    }
  }

  /** Forgets all. */
  clear(): void {
    for (const [name, binding] of [...this.#bindings]) this.#drop(name, binding);
  }

  #within<Value>(
    handler: string,
    { deadlineAt, signal }: Pick<PoolCallOptions, "deadlineAt" | "signal">,
    work: () => Promise<Value>,
  ): Promise<Value> {
    const clock = this.#clock;
    const leftMs = (deadlineAt ?? 0) - clock.now();
    const onAbort = (reason: unknown) => callCancelled(handler, reason);
    const onDeadline = () => this.#late(handler, leftMs);
    return withinBounds({ clock, signals: [signal], onAbort, deadlineAt, onDeadline }, work);
  }

  #timer(name: string, { ttlMs = TTL_MS }: AffinityOptions): Timer {
    return this.#clock.setTimer(ttlMs, () => {
      const binding = this.#bindings.get(name);
      if (binding !== undefined) this.#end(name, binding);
    });
  }

  #end(name: string, binding: Binding): void {
    this.#drop(name, binding);
    if (binding.strict === "yes" && "status" in binding.place) this.#forget(binding.place, `affinity ${binding.key}`);
  }

  #drop(name: string, binding: Binding): void {
    this.#bindings.delete(name);
    binding.timer?.cancel();
    if (binding.strict === "yes" && "status" in binding.place) binding.place.bound -= 1;
  }
}

/** Hints and strict keys are apart: a hint that goes elsewhere must not take state along. */
function nameOf({ key, mode = "hint" }: AffinityOptions): string {
  return `${mode === "hint" ? "hint" : "strict"} ${key}`;
}
