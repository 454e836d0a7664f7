// Tasks: work done by an actor of its own, whose value is waited for.
// Knows nothing of streams of tasks.
import { linkCells, signalExit, unlinkCells } from "./actor-end.ts";
import type { AnyActorRef } from "./actor-ref.ts";
import type { ActorSystem } from "./actor-system.ts";
import { actorDown } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { whenCellDown } from "./cell-ref.ts";
import { type ChildSpec, type RestartType, type Shutdown, startOf } from "./child-spec.ts";
import { HandledMessage } from "./exit-reason.ts";
import { toOrigin } from "./kernel-of.ts";
import type { Self } from "./self.ts";
import { launch } from "./spawn.ts";
import { type DynamicSupervisorRef, startChild } from "./supervisor-calls.ts";
import { taskNotOwned, taskTimeout } from "./task-errors.ts";
import { type Performance, type TaskOutcome, TaskRun, type TaskWork, taskBehaviour, taskCell } from "./task-run.ts";

/** How long to wait for a task. */
export interface TaskWaitOptions {
  /** Milliseconds. Default 5000; `Infinity` waits for ever. */
  readonly timeoutMs?: number;
}

/** How a task is started. */
export interface TaskOptions {
  /** Default true: if the task fails its owner does too (or gets an EXIT where it traps exits), and the task ends with its owner. */
  readonly link?: boolean;
}

/** Work under way, owned by the actor that started it. */
export interface Task<Value> {
  readonly ref: AnyActorRef;
  /** Undefined where no actor started it. */
  readonly owner: AnyActorRef | undefined;
  /** Its value. Rejects with ACTOR_DOWN where it failed, with TASK_TIMEOUT where it takes longer: it goes on, and what comes later is dropped. */
  await(options?: TaskWaitOptions): Promise<Value>;
  /** What became of it, or undefined where it takes longer; may be asked again. */
  yield(options?: TaskWaitOptions): Promise<TaskOutcome<Value> | undefined>;
  /** Ends it. Its outcome, if it had one or failed otherwise; undefined where it ended because of this. */
  shutdown(options?: { readonly shutdown?: Shutdown }): Promise<TaskOutcome<Value> | undefined>;
}

const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Starts work in an actor of its own; the caller goes on and waits for the value when it needs it.
 *
 * The work's signal aborts when the task ends before it is done. Only the owner may wait for it or end it, which the kernel notices
 * in the synchronous part of another actor's handler (TASK_NOT_OWNED).
 * @throws SYSTEM_STOPPED
 * @example
 * const task = startTask(self, (signal) => fetch(url, { signal }));
 * const response = await task.await();
 */
export function startTask<Value>(
  origin: Self | ActorSystem,
  work: TaskWork<Value>,
  { link = true }: TaskOptions = {},
): Task<Value> {
  const { kernel, owner } = toOrigin(origin);
  const run = new TaskRun(work, owner);
  const cell = launch(kernel, taskBehaviour, run);
  run.watch(cell);
  if (link && owner !== undefined) linkCells(owner, cell);
  return new RunningTask(run, cell, owner);
}

/** Starts a task as a child of a dynamic supervisor. Rejects with CHILDREN_FULL, ACTOR_DOWN. */
export async function startTaskUnder<Value>(
  supervisor: DynamicSupervisorRef,
  origin: Self | ActorSystem,
  work: TaskWork<Value>,
  { link = true }: TaskOptions = {},
): Promise<Task<Value>> {
  const { owner } = toOrigin(origin);
  const run = new TaskRun(work, owner, link ? owner?.ref : undefined);
  const ref = await startChild(supervisor, taskSpec(run, "temporary"));
  const cell = taskCell(ref);
  run.watch(cell);
  return new RunningTask(run, cell, owner);
}

/** A child that does its work and ends; nobody waits for its value. Default restart `temporary`; where it is restarted, the work is done again. */
export function taskChild<Value>(
  id: string,
  work: TaskWork<Value>,
  options: { readonly restart?: RestartType; readonly shutdown?: Shutdown } = {},
): ChildSpec<typeof taskBehaviour> {
  const { restart = "temporary", ...rest } = options;
  return { id, start: () => startOf(taskBehaviour, new TaskRun(work, undefined)), restart, ...rest };
}

/** The values of several tasks, in their order. Rejects at once when one fails, and with TASK_TIMEOUT for all together. */
export async function awaitTasks<Value>(
  tasks: readonly Task<Value>[],
  options: TaskWaitOptions = {},
): Promise<readonly Value[]> {
  return Promise.all(tasks.map((task) => task.await(options)));
}

function taskSpec(run: Performance, restart: RestartType): ChildSpec<typeof taskBehaviour> {
  return { id: "task", start: () => startOf(taskBehaviour, run), restart };
}

class RunningTask<Value> implements Task<Value> {
  readonly #run: TaskRun<Value>;
  readonly #cell: Cell;
  readonly #owner: Cell | undefined;

  constructor(run: TaskRun<Value>, cell: Cell, owner: Cell | undefined) {
    this.#run = run;
    this.#cell = cell;
    this.#owner = owner;
  }

  get ref(): AnyActorRef {
    return this.#cell.ref;
  }

  get owner(): AnyActorRef | undefined {
    return this.#owner?.ref;
  }

  async await({ timeoutMs = DEFAULT_TIMEOUT_MS }: TaskWaitOptions = {}): Promise<Value> {
    const outcome = await this.#within(timeoutMs);
    const { name, actorId } = this.#cell;
    if (outcome === undefined) throw taskTimeout(name, timeoutMs);
    if (outcome.status === "done") return outcome.value;
    throw actorDown(name, actorId, outcome.reason, new HandledMessage("work", "", undefined));
  }

  async yield({ timeoutMs = DEFAULT_TIMEOUT_MS }: TaskWaitOptions = {}): Promise<TaskOutcome<Value> | undefined> {
    return this.#within(timeoutMs);
  }

  async shutdown({
    shutdown = DEFAULT_TIMEOUT_MS,
  }: {
    readonly shutdown?: Shutdown;
  } = {}): Promise<TaskOutcome<Value> | undefined> {
    this.#checkOwner();
    const { outcome } = this.#run;
    if (outcome !== undefined) return outcome;
    const cell = this.#cell;
    // Untied first: an owner that ends a task must not end with it.
    if (this.#owner !== undefined) unlinkCells(this.#owner, cell);
    if (shutdown === "brutal_kill") signalExit(cell, this.#owner, "kill", "sent");
    else {
      signalExit(cell, this.#owner, "shutdown", "sent");
      const waitMs = shutdown === "infinity" ? Number.POSITIVE_INFINITY : shutdown;
      if ((await whenCellDown(cell, waitMs)) === undefined) signalExit(cell, this.#owner, "kill", "sent");
    }
    const last = await new Promise<TaskOutcome<Value>>((resolve) => this.#run.onSettled(resolve));
    const isAsked = last.status === "exited" && (last.reason === "shutdown" || last.reason === "killed");
    return isAsked ? undefined : last;
  }

  #within(timeoutMs: number): Promise<TaskOutcome<Value> | undefined> {
    this.#checkOwner();
    return new Promise((resolve) => {
      const settled = (outcome: TaskOutcome<Value>): void => {
        timer.cancel();
        resolve(outcome);
      };
      const timer = this.#cell.kernel.wheel.after(timeoutMs, () => {
        this.#run.forget(settled);
        resolve(undefined);
      });
      this.#run.onSettled(settled);
    });
  }

  #checkOwner(): void {
    const { kernel } = this.#cell;
    const running = kernel.running?.current;
    if (running === undefined || running === this.#owner || kernel.bus.delivering > 0) return;
    throw taskNotOwned(this.#cell.name, running.name, this.#owner?.name);
  }
}
