// What a caller holds of a spawned program: run it, stop it.
// Knows nothing of supervisors or stores; the tree and the recorder of calls are brought to it.
import {
  checkWantedFields,
  type LmPort,
  type ModelChoice,
  type Module,
  type Prediction,
  type ProgramPorts,
  type ProgramSettings,
  ProgramStream,
  prepareProgram,
  type RunTool,
  type StreamOptions,
  streamPorts,
} from "../programs/index.ts";
import { BaseError, type Clock, errorCode } from "../runtime/base/index.ts";
import type { AnyActorRef } from "../runtime/index.ts";
import type { CallOptions } from "./call-options.ts";
import type { AppBus } from "./events.ts";
import type { LmRoutes } from "./lm-route.ts";
import { checkOptionNames } from "./option-names.ts";
import { programSettings } from "./program-settings.ts";
import type { SpawnedProgram } from "./program-tree.ts";
import { type GatheredSettings, type ScopeSettings, settingsOver } from "./scope-settings.ts";
import { hearsWork, workEvents } from "./work-events.ts";

/** One call of a program as it is being recorded. */
export interface CallRecording {
  readonly lm: LmPort;
  readonly runTool: RunTool;
  /** Resolves when the call's outcome is written. Once an outcome has been told, a second one is left out. */
  finish(outcome: { readonly outputs: object } | { readonly error: unknown }): Promise<void>;
}

/** Begins to record one call. */
export type ProgramCallRecorder = (
  callId: string,
  inputs: object,
  options: CallOptions,
  model: ModelChoice | undefined,
) => CallRecording;

type CallPorts = Omit<ProgramPorts, "runModule">;

/** What a handle is made of. */
export interface ProgramHandleParts<Inputs extends object, Outputs extends object> {
  readonly programName: string;
  readonly tree: SpawnedProgram<Inputs, Outputs>;
  readonly settings: GatheredSettings;
  readonly routes: LmRoutes;
  readonly clock: Clock;
  readonly bus: AppBus;
  /** The LM port of calls that are not recorded. */
  readonly lm: LmPort;
  /** Makes what records calls of a version; absent where calls are not recorded. */
  readonly recorderOf?: (program: Module) => ProgramCallRecorder;
  /** What a call tells of its routes, where its version decides any. */
  readonly routing: (callId: string) => Pick<ProgramPorts, "report" | "routeRecord">;
  readonly nextCallId: () => string;
}

/** A running program. */
export class ProgramHandle<Inputs extends object = object, Outputs extends object = object> {
  readonly programName: string;
  readonly #parts: ProgramHandleParts<Inputs, Outputs>;
  readonly #settings: ProgramSettings;
  readonly #watching: Pick<ProgramPorts, "usage" | "observers">;
  #recorded: Module | undefined;
  #record: ProgramCallRecorder | undefined;

  /** @internal Made by `Runtime.spawnProgram`. */
  constructor(parts: ProgramHandleParts<Inputs, Outputs>) {
    this.programName = parts.programName;
    this.#parts = parts;
    const { settings, watching } = programSettings(parts.settings, parts.routes);
    this.#settings = settings;
    this.#watching = watching;
  }

  /** The paths of the program's modules: `self`, `step1`, `gen.predict`. Each is an actor, unless its supervision says otherwise. */
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
  run(inputs: Inputs, options: CallOptions = {}): Promise<Prediction<Outputs>> {
    return this.#call(inputs, options, undefined);
  }

  /**
   * Runs the program as a stream: `for await (const part of qa.stream(inputs))` tells each field's text while it comes, its value when it is whole, and at
   * the end the prediction, which `stream.result` has as well.
   *
   * It begins with the first part that is asked for. Leaving the loop ends the run and the socket under it; a loop that is slow has the reading wait.
   * Rejects as `run` does, and throws STREAM_FIELD_UNKNOWN, and RUN_OPTIONS_INVALID for an option that there is not, at once.
   */
  stream(inputs: Inputs, options: CallOptions & StreamOptions = {}): ProgramStream<Outputs> {
    checkOptionNames("stream", options);
    if (options.fields !== undefined)
      checkWantedFields(prepareProgram(this.#parts.tree.program).modules, options.fields);
    return new ProgramStream(
      (run) => this.#call(inputs, options, (ports) => streamPorts(ports, run, options), run.signal),
      options,
    );
  }

  /** The same program with other settings, over its own: its actors are the same. Throws RUN_OPTIONS_INVALID for a setting that there is not. */
  with(settings: ScopeSettings): ProgramHandle<Inputs, Outputs> {
    checkOptionNames("with", settings);
    return new ProgramHandle({ ...this.#parts, settings: settingsOver(this.#parts.settings, settings) });
  }

  async #call(
    inputs: Inputs,
    options: CallOptions,
    streamed: ((ports: CallPorts) => CallPorts) | undefined,
    workSignal?: AbortSignal,
  ): Promise<Prediction<Outputs>> {
    if (streamed === undefined) checkOptionNames("run", options);
    const { tree, clock, bus, lm, routing, nextCallId, programName, routes } = this.#parts;
    const callId = options.resume ?? nextCallId();
    const startedMs = clock.now();
    const timeoutMs = options.timeoutMs ?? this.#parts.settings.timeoutMs;
    if (timeoutMs !== undefined && !(timeoutMs > 0)) throw timeoutInvalid(timeoutMs);
    const about = { program: programName, callId };
    const span = { spanId: callId };
    if (bus.has("program.call.started")) bus.emit("program.call.started", programName, {}, about, span);
    const recording = this.#recorder()?.(callId, inputs, options, this.#settings.model);
    let ports: CallPorts = {
      lm: recording?.lm ?? lm,
      ...(recording === undefined ? {} : { runTool: recording.runTool }),
      capabilitiesOf: routes.capabilitiesOf,
      callId,
      ...this.#watching,
      ...(tree.hasRoutes ? routing(callId) : undefined),
    };
    if (hearsWork(bus)) {
      ports = { ...ports, observers: [...(ports.observers ?? []), workEvents(bus, clock, programName, callId)] };
    }
    if (streamed !== undefined) ports = streamed(ports);
    const version = tree.enter();
    try {
      const outputs = await version.execute(inputs, ports, {
        settings: this.#settings,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(workSignal === undefined ? {} : { workSignal }),
        ...(timeoutMs === undefined ? {} : { deadlineAt: startedMs + timeoutMs }),
      });
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
    } finally {
      version.leave();
    }
  }

  /**
   * Puts another module in the place of the one at this path, while calls go on.
   *
   * Calls under way finish with the module they began with; calls made from now on have the new one. Actors of modules that only the old one
   * had end when the last of those calls has. Resolves once new calls run it. Rejects with PROGRAM_PATH_UNKNOWN, and with PROGRAM_REPLACEMENT_MISFIT where
   * it takes or gives other fields.
   * @example
   * await qa.replace("judge.predict", better);
   */
  async replace(path: string, module: Module): Promise<void> {
    const { tree, bus, programName } = this.#parts;
    const inFlight = await tree.replace(path, module);
    bus.emit("application.module.replaced", programName, { inFlight }, { program: programName, path });
  }

  /** Stops the program's actors. Calls in flight fail with ACTOR_DOWN. */
  async stop(): Promise<void> {
    await this.#parts.tree.stop();
  }

  /** The living actor of a module, by path; undefined while none serves it, and where each request has its own. For introspection, and to test what happens if it dies. */
  actorOf(path: string): AnyActorRef | undefined {
    return this.#parts.tree.actorOf(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Of the present version: a record names the program that the call ran. */
  #recorder(): ProgramCallRecorder | undefined {
    const { tree, recorderOf } = this.#parts;
    if (recorderOf !== undefined && tree.program !== this.#recorded) {
      this.#recorded = tree.program;
      this.#record = recorderOf(tree.program);
    }
    return this.#record;
  }
}

function timeoutInvalid(timeoutMs: unknown): BaseError {
  return new BaseError(
    "RUN_OPTIONS_INVALID",
    `Expected timeoutMs to be a positive number of milliseconds, got ${String(timeoutMs)}.`,
    { details: { option: "timeoutMs", found: String(timeoutMs) } },
  );
}
