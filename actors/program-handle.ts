// What a caller holds of a spawned program: run it, stop it.
// Knows nothing of supervisors or stores; the tree and the recorder of calls are brought to it.
import type { LmPort, Prediction, ProgramSettings } from "../programs/index.ts";
import { BaseError, type Clock, errorCode } from "../runtime/base/index.ts";
import type { AnyActorRef } from "../runtime/index.ts";
import type { CallOptions } from "./call-options.ts";
import type { AppBus } from "./events.ts";
import type { SpawnedProgram } from "./program-tree.ts";

/** One call of a program as it is being recorded. */
export interface CallRecording {
  readonly lm: LmPort;
  /** Resolves when the call's outcome is written. Once an outcome has been told, a second one is left out. */
  finish(outcome: { readonly outputs: object } | { readonly error: unknown }): Promise<void>;
}

/** Begins to record one call. */
export type ProgramCallRecorder = (callId: string, inputs: object, options: CallOptions) => CallRecording;

/** What a handle is made of. */
export interface ProgramHandleParts<Inputs extends object, Outputs extends object> {
  readonly programName: string;
  readonly tree: SpawnedProgram<Inputs, Outputs>;
  readonly settings: ProgramSettings;
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  readonly bus: AppBus;
  /** The LM port of calls that are not recorded. */
  readonly lm: LmPort;
  /** Begins to record a call; absent where calls are not recorded. */
  readonly record?: ProgramCallRecorder;
  readonly nextCallId: () => string;
}

/** A running program. */
export class ProgramHandle<Inputs extends object = object, Outputs extends object = object> {
  readonly programName: string;
  readonly #parts: ProgramHandleParts<Inputs, Outputs>;

  /** @internal Made by `Runtime.spawnProgram`. */
  constructor(parts: ProgramHandleParts<Inputs, Outputs>) {
    this.programName = parts.programName;
    this.#parts = parts;
  }

  /** The paths of the program's modules, each of which is an actor: `self`, `step1`, `gen.predict`. */
  get modulePaths(): readonly string[] {
    return this.#parts.tree.modulePaths;
  }

  /**
   * Runs the program on inputs and answers its outputs.
   *
   * Each module's work is done by that module's actor; many calls run at once. If an actor dies, its calls fail with ACTOR_DOWN and the
   * next call is served by its successor.
   *
   * Rejects with RUN_OPTIONS_INVALID, PROGRAM_INPUT_INVALID, PROGRAM_PARSE_FAILED, PROGRAM_FORWARD_FAILED, PROGRAM_ABORTED, PROGRAM_DEADLINE_EXCEEDED,
   * PROGRAM_STOPPED, RUNTIME_STOPPED, ACTOR_DOWN (details: the actor, the message it was handling) and the LM codes.
   * @example
   * const { answer } = await qa.run({ question: "Who wrote Dubliners?" }, { timeoutMs: 10_000 });
   */
  async run(inputs: Inputs, options: CallOptions = {}): Promise<Prediction<Outputs>> {
    const { tree, settings, clock, bus, lm, record, nextCallId, programName } = this.#parts;
    const callId = options.resume ?? nextCallId();
    const startedMs = clock.now();
    const timeoutMs = options.timeoutMs ?? this.#parts.timeoutMs;
    if (timeoutMs !== undefined && !(timeoutMs > 0)) throw timeoutInvalid(timeoutMs);
    const about = { program: programName, callId };
    const span = { spanId: callId };
    if (bus.has("program.call.started")) bus.emit("program.call.started", programName, {}, about, span);
    const recording = record?.(callId, inputs, options);
    try {
      const outputs = await tree.execute(
        inputs,
        { lm: recording?.lm ?? lm },
        {
          settings,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          ...(timeoutMs === undefined ? {} : { deadlineAt: startedMs + timeoutMs }),
        },
      );
      await recording?.finish({ outputs });
      if (bus.has("program.call.stopped")) {
        bus.emit("program.call.stopped", programName, { durationMs: clock.now() - startedMs }, about, span);
      }
      return outputs;
    } catch (error) {
      // A failure that could not be recorded must not hide the failure itself.
      await recording?.finish({ error }).catch(() => {});
      if (bus.has("program.call.failed")) {
        const measures = { durationMs: clock.now() - startedMs };
        bus.emit("program.call.failed", programName, measures, { ...about, code: errorCode(error) }, span);
      }
      throw error;
    }
  }

  /** Stops the program's actors. Calls in flight fail with ACTOR_DOWN. */
  async stop(): Promise<void> {
    await this.#parts.tree.stop();
  }

  /** The living actor of a module, by path; undefined while none serves it. For introspection, and to test what happens if it dies. */
  actorOf(path: string): AnyActorRef | undefined {
    return this.#parts.tree.actorOf(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function timeoutInvalid(timeoutMs: unknown): BaseError {
  return new BaseError(
    "RUN_OPTIONS_INVALID",
    `Expected timeoutMs to be a positive number of milliseconds, got ${String(timeoutMs)}.`,
    { details: { option: "timeoutMs", found: String(timeoutMs) } },
  );
}
