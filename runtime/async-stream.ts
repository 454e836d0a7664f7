// A stream of tasks over any source: so many at a time, as fast as the consumer takes them.
// Knows nothing of what the work is.
import { availableParallelism } from "node:os";
import { endCell, signalExit } from "./actor-end.ts";
import type { ActorSystem } from "./actor-system.ts";
import type { Timer } from "./base/index.ts";
import { actorEnded } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import type { Watcher } from "./cell-parts.ts";
import { whenCellDown } from "./cell-ref.ts";
import { startOf } from "./child-spec.ts";
import type { MaybePromise } from "./define-actor.ts";
import { type ExitReason, isClean } from "./exit-reason.ts";
import { type Origin, toOrigin } from "./kernel-of.ts";
import type { Self } from "./self.ts";
import { launch } from "./spawn.ts";
import { type DynamicSupervisorRef, startChild } from "./supervisor-calls.ts";
import { streamOption, taskTimeout } from "./task-errors.ts";
import { type TaskOutcome, TaskRun, taskBehaviour, taskCell } from "./task-run.ts";

/** How a stream of tasks goes about it. */
export interface AsyncStreamOptions {
  /** Tasks at one time. Default: as many as the machine runs threads. */
  readonly maxConcurrency?: number;
  /** Default true: results in the order of the source. False: as they come. */
  readonly ordered?: boolean;
  /** Milliseconds each task has from its start. Default 5000. */
  readonly timeoutMs?: number;
  /** Default `exit`: the stream throws TASK_TIMEOUT. `kill`: that task is killed, and its element says `{ exit: "timeout" }`. */
  readonly onTimeout?: "exit" | "kill";
  /** Default true: where a task fails, an owner that does not trap exits ends with its reason; tasks end with their owner. False: neither. */
  readonly link?: boolean;
  /** Results that may wait for one that comes before them, while others are started. Default `Infinity`, as in Elixir. */
  readonly maxBuffered?: number;
  /** Tasks are its children. */
  readonly supervisor?: DynamicSupervisorRef;
}

/** One element: what became of the task for one input. */
export type StreamOutcome<Input, Value> =
  | { readonly status: "done"; readonly value: Value }
  | { readonly status: "exited"; readonly reason: ExitReason; readonly input: Input };

interface Slot<Input, Value> {
  readonly input: Input;
  readonly cell: Cell;
  outcome: StreamOutcome<Input, Value> | undefined;
  /** The stream has looked at the outcome. */
  isReceived: boolean;
}

/**
 * Runs `work` for each element of `source`, several at a time, each in a task of its own.
 *
 * Nothing is pulled from the source before the consumer asks, and nothing is started while it does not. Leaving the loop kills what runs
 * and closes the source. Throws TASK_TIMEOUT, CHILDREN_FULL, and what the source throws, with every task ended.
 * @throws OPTION_INVALID
 * @example
 * for await (const outcome of asyncStream(self, urls, (url, signal) => fetch(url, { signal }), { maxConcurrency: 4 })) …
 */
export function asyncStream<Input, Value>(
  origin: Self | ActorSystem,
  source: Iterable<Input> | AsyncIterable<Input>,
  work: (input: Input, signal: AbortSignal, self: Self) => MaybePromise<Value>,
  options: AsyncStreamOptions = {},
): AsyncGenerator<StreamOutcome<Input, Value>, void, undefined> {
  const { maxConcurrency = availableParallelism(), maxBuffered = Number.POSITIVE_INFINITY } = options;
  const { timeoutMs = 5000, onTimeout = "exit" } = options;
  if (!(maxConcurrency >= 1)) throw streamOption("maxConcurrency", "a number ≥ 1", maxConcurrency);
  if (!(maxBuffered >= 0)) throw streamOption("maxBuffered", "a number ≥ 0", maxBuffered);
  if (!(timeoutMs >= 0)) throw streamOption("timeoutMs", "a number of milliseconds ≥ 0", timeoutMs);
  if (onTimeout !== "exit" && onTimeout !== "kill") throw streamOption("onTimeout", '"exit" or "kill"', onTimeout);
  const all = { ...options, maxConcurrency, maxBuffered, timeoutMs, onTimeout };
  return new TaskStream(toOrigin(origin), work, all).run(source);
}

type FullOptions = AsyncStreamOptions &
  Required<Pick<AsyncStreamOptions, "maxConcurrency" | "maxBuffered" | "timeoutMs" | "onTimeout">>;

class TaskStream<Input, Value> {
  readonly #origin: Origin;
  readonly #work: (input: Input, signal: AbortSignal, self: Self) => MaybePromise<Value>;
  readonly #options: FullOptions;
  /** In the order of the source: those that run and those whose outcome has not been taken. */
  readonly #slots = new Set<Slot<Input, Value>>();
  /** Settled and not looked at: one is taken at a time, so that each result makes room for one start and no more. */
  readonly #arrivals: Slot<Input, Value>[] = [];
  /** Looked at, as they came. */
  readonly #received: Slot<Input, Value>[] = [];
  #inFlight = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(
    origin: Origin,
    work: (input: Input, signal: AbortSignal, self: Self) => MaybePromise<Value>,
    options: FullOptions,
  ) {
    this.#origin = origin;
    this.#work = work;
    this.#options = options;
  }

  async *run(source: Iterable<Input> | AsyncIterable<Input>): AsyncGenerator<StreamOutcome<Input, Value>, void> {
    const inputs = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    const { owner } = this.#origin;
    const watcher: Watcher = { tell: (reason) => this.#ownerEnded(reason) };
    if (owner?.isAlive) watch(owner, watcher);
    let isDry = false;
    try {
      for (;;) {
        for (let outcome = this.#take(); outcome !== undefined; outcome = this.#take()) {
          yield outcome;
          this.#check();
        }
        while (!isDry && this.#hasRoom()) {
          const { done, value } = await inputs.next();
          if (done) isDry = true;
          else await this.#start(value);
        }
        this.#check();
        if (this.#slots.size === 0) return;
        await this.#receive();
        this.#check();
      }
    } finally {
      owner?.watchers?.delete(watcher);
      await this.#endAll();
      if (!isDry) await inputs.return?.();
    }
  }

  #hasRoom(): boolean {
    const { maxConcurrency, maxBuffered } = this.#options;
    return (
      this.#failure === undefined && this.#inFlight < maxConcurrency && this.#slots.size < maxConcurrency + maxBuffered
    );
  }

  async #start(input: Input): Promise<void> {
    const { kernel, owner } = this.#origin;
    if (owner !== undefined && !owner.isAlive)
      throw actorEnded(owner.name, owner.actorId, owner.exitReason ?? "noproc");
    const run = new TaskRun<Value>((signal, self) => this.#work(input, signal, self), owner);
    const { supervisor, timeoutMs } = this.#options;
    const cell =
      supervisor === undefined
        ? launch(kernel, taskBehaviour, run)
        : taskCell(
            await startChild(supervisor, {
              id: "task",
              start: () => startOf(taskBehaviour, run),
              restart: "temporary",
            }),
          );
    const slot: Slot<Input, Value> = { input, cell, outcome: undefined, isReceived: false };
    this.#slots.add(slot);
    this.#inFlight++;
    const timer: Timer = kernel.wheel.after(timeoutMs, () => this.#late(slot));
    run.onSettled((outcome) => {
      timer.cancel();
      this.#finish(slot, outcome);
    });
    run.watch(cell);
  }

  #finish(slot: Slot<Input, Value>, outcome: TaskOutcome<Value>): void {
    if (slot.outcome !== undefined) return;
    slot.outcome = outcome.status === "done" ? outcome : { ...outcome, input: slot.input };
    this.#arrivals.push(slot);
    const { owner } = this.#origin;
    const isFelt = outcome.status === "exited" && !isClean(outcome.reason) && this.#options.link !== false;
    // As a link would, but without an EXIT message for an owner that traps: it gets the element.
    if (isFelt && owner !== undefined && !owner.behaviour.trapExit)
      signalExit(owner, slot.cell, outcome.reason, "link");
    this.#wake?.();
  }

  #late(slot: Slot<Input, Value>): void {
    const { onTimeout, timeoutMs } = this.#options;
    if (onTimeout === "exit") {
      this.#failure ??= { error: taskTimeout(slot.cell.name, timeoutMs) };
      this.#wake?.();
      return;
    }
    slot.outcome = { status: "exited", reason: { exit: "timeout" }, input: slot.input };
    this.#arrivals.push(slot);
    endCell(slot.cell, "killed");
    this.#wake?.();
  }

  /** The next outcome that may be handed out. */
  #take(): StreamOutcome<Input, Value> | undefined {
    const [head] = this.#options.ordered === false ? this.#received : this.#slots;
    if (!head?.isReceived) return undefined;
    this.#slots.delete(head);
    if (this.#options.ordered === false) this.#received.shift();
    return head.outcome;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Looks at one outcome, once there is one. */
  async #receive(): Promise<void> {
    if (this.#arrivals.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const slot = this.#arrivals.shift();
    if (slot === undefined) return;
    this.#inFlight--;
    slot.isReceived = true;
    if (this.#options.ordered === false) this.#received.push(slot);
  }

  #ownerEnded(reason: ExitReason): void {
    const { owner } = this.#origin;
    if (owner === undefined) return;
    this.#failure ??= { error: actorEnded(owner.name, owner.actorId, reason) };
    if (this.#options.link !== false) {
      for (const { cell, outcome } of this.#slots) if (outcome === undefined) signalExit(cell, owner, reason, "link");
    }
    this.#wake?.();
  }

  /** Kills what runs and waits until it is down: after the stream nothing of it is left. */
  async #endAll(): Promise<void> {
    await Promise.all(
      [...this.#slots].map(({ cell }) => {
        endCell(cell, "killed");
        return whenCellDown(cell, Number.POSITIVE_INFINITY);
      }),
    );
  }
}

function watch(cell: Cell, watcher: Watcher): void {
  cell.watchers ??= new Set();
  cell.watchers.add(watcher);
}
