// SIGTERM and its like as an ordered stop with a deadline.
// Knows nothing of what is stopped: anything that has a `stop`. It touches the process only where somebody asks for it.
import { constants } from "node:os";
import { type Clock, systemClock } from "./base/index.ts";

/** What can be stopped: a system, a runtime, a server of your own. */
export interface Stoppable {
  /** Resolves once everything is down. */
  stop(options: { readonly timeoutMs: number }): Promise<unknown>;
}

/** A signal that asks a process to end. */
export type EndSignal = "SIGTERM" | "SIGINT" | "SIGHUP";

/** The process around a system, or what stands for it in a test. */
export interface SignalProcess {
  on(signal: EndSignal, listener: () => void): unknown;
  off(signal: EndSignal, listener: () => void): unknown;
  exit(exitCode: number): void;
}

/** How signals are obeyed. */
export interface StopOnSignalsOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly EndSignal[];
  /**
   * Milliseconds from the signal to the end of the process at the latest. Default 10,000. Three quarters of it are for the actors, which are
   * killed then; the rest is for what comes after them, such as closing a store.
   */
  readonly deadlineMs?: number;
  /** The process's exit code after an ordered stop. Default 128 and the signal's number, as shells have it: 143 for SIGTERM. */
  readonly exitCode?: number;
  /** `after-stop`: ends the process once all is stopped. `late`: only at the deadline or a second signal, and else leaves its end to you. Default `after-stop`. */
  readonly leaves?: "after-stop" | "late";
  /** Told what happens, in words. Default nobody. */
  readonly say?: (text: string) => void;
  /** Default `process`. */
  readonly process?: SignalProcess;
  readonly clock?: Clock;
}

const DEFAULT_DEADLINE_MS = 10_000;
const SHARE_OF_ACTORS = 0.75;
/** The exit code where the deadline passed, a stop failed, or a second signal came. */
const FORCED = 1;

/**
 * Stops these in order, one after the other, when the process is asked to end, and then ends the process.
 *
 * A second signal, or the deadline, ends it at once with code 1. Signals keep no process alive; `close` (or `using`) gives them back.
 * @example
 * const runtime = await createRuntime({ store: ".dspex" });
 * stopOnSignals([runtime], { deadlineMs: 8000 });
 */
export function stopOnSignals(
  stoppables: readonly Stoppable[],
  options: StopOnSignalsOptions = {},
): Disposable & { close(): void } {
  const { signals = ["SIGTERM", "SIGINT"], deadlineMs = DEFAULT_DEADLINE_MS, leaves = "after-stop" } = options;
  const { say = () => {}, process: world = process, clock = systemClock } = options;
  let isStopping = false;
  const listeners = signals.map((signal) => ({ signal, listener: () => obey(signal) }));
  const close = (): void => {
    for (const { signal, listener } of listeners) world.off(signal, listener);
  };

  const obey = (signal: EndSignal): void => {
    if (isStopping) {
      say(`${signal} again: leaving at once.`);
      world.exit(FORCED);
      return;
    }
    isStopping = true;
    say(`${signal}: stopping, for at most ${deadlineMs} ms.`);
    // Held: the process must not end by itself, with another code, while something that holds nothing is still stopping.
    const deadline = clock.setTimer(
      deadlineMs,
      () => {
        say(`Not stopped within ${deadlineMs} ms: leaving.`);
        world.exit(FORCED);
      },
      { holdsProcess: true },
    );
    stopInOrder(stoppables, deadlineMs * SHARE_OF_ACTORS).then(
      () => {
        deadline.cancel();
        close();
        if (leaves === "after-stop") world.exit(options.exitCode ?? 128 + constants.signals[signal]);
      },
      (error: unknown) => {
        deadline.cancel();
        say(`Could not stop: ${String(error)}`);
        world.exit(FORCED);
      },
    );
  };
  for (const { signal, listener } of listeners) world.on(signal, listener);
  return { close, [Symbol.dispose]: close };
}

async function stopInOrder(stoppables: readonly Stoppable[], timeoutMs: number): Promise<void> {
  for (const stoppable of stoppables) await stoppable.stop({ timeoutMs });
}
