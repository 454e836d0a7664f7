// Has a model call tools, several at once, in a conversation that grows turn by turn, until it hands its outputs in.
// Knows nothing of any tool's work; the loop's rules are the machine's.
import { createActor } from "xstate";
import { BaseError, isBaseError, type JsonObject } from "../../runtime/base/index.ts";
import type { History, ToolCalls } from "../custom-types.ts";
import { type Field, fieldOf } from "../field.ts";
import { type FieldType, NONE, unionOf } from "../field-type.ts";
import { mergedOptions } from "../lm-options.ts";
import { type Call, Module } from "../module.ts";
import {
  type Checked,
  type InputsOfLike,
  type OutputsOfLike,
  Predict,
  type SignatureLike,
  toSignature,
} from "../predict.ts";
import type { ProgramSettings } from "../settings.ts";
import { Signature } from "../signature.ts";
import { readTypeText } from "../signature-text.ts";
import type { Simplify } from "../signature-types.ts";
import type { Tool } from "../tool.ts";
import { type AgentCall, AgentHistory, type AgentResult, callsOf } from "./agent-history.ts";
import { type AgentInspector, inspection } from "./agent-machine.ts";
import { atLeastOne } from "./module-errors.ts";
import { limited } from "./react.ts";
import { isTooLong } from "./react-failures.ts";
import type { ReactV2Event, TerminationReason } from "./react-v2-loop.ts";
import { reactV2Machine } from "./react-v2-machine.ts";
import { reactV2Instructions } from "./react-words.ts";
import { SUBMIT, submitDescription, submitted } from "./submit-tool.ts";
import { executionError, type ToolSet, toolOutcome, toolSet } from "./tool-set.ts";
import { windowed } from "./windowed.ts";

/** How an agent works. */
export interface ReactV2Options {
  /** What the model may call. `submit` is its own. */
  readonly tools: readonly Tool[];
  /** How many turns it has. Default 20. A call may be given another number as `max_iters`. */
  readonly maxIterations?: number;
  /** How many tools of one turn run at once. Default: all; one under `compat`. */
  readonly concurrency?: number;
  /** Sees the loop's machine move: `createBrowserInspector().inspect` of `@statelyai/inspect` shows it in Stately's inspector. */
  readonly inspect?: AgentInspector;
}

/** The inputs of an agent; `history` is an earlier conversation to go on with. */
export type ReactV2Inputs<Inputs extends object> = Simplify<Inputs & { history?: History; max_iters?: number }>;

/** The outputs of `reactV2`: the signature's, the whole conversation, and how it ended. */
export type ReactV2Outputs<Outputs extends object> = Simplify<
  Outputs & { history: History; termination_reason: TerminationReason }
>;

interface Turn {
  readonly next_thought: string | null;
  readonly tool_calls: ToolCalls | null;
}

const MAX_ITERATIONS = 20;

/** An agent in ReActV2's form: a conversation in which the model calls tools, by itself where it can, and ends by handing the outputs in. */
export class ReActV2<Inputs extends object = object, Outputs extends object = object> extends Module<
  ReactV2Inputs<Inputs>,
  ReactV2Outputs<Outputs>
> {
  readonly react: Predict<object, Turn>;
  readonly signature: Signature<Inputs, Outputs>;
  readonly tools: ToolSet;
  readonly options: ReactV2Options;

  constructor(signature: Signature<Inputs, Outputs>, options: ReactV2Options) {
    super();
    const { tools, maxIterations, concurrency } = options;
    if (maxIterations !== undefined) atLeastOne("reactV2", "maxIterations", maxIterations);
    if (concurrency !== undefined) atLeastOne("reactV2", "concurrency", concurrency);
    this.signature = signature;
    this.tools = toolSet(tools, SUBMIT);
    this.options = Object.freeze({ ...options });
    this.react = new Predict(loopSignature(signature, [...this.tools.keys(), SUBMIT]));
  }

  override get inputNames(): readonly string[] | undefined {
    return [...this.signature.inputs.map(({ name }) => name), "history", "max_iters"];
  }

  override async forward(given: ReactV2Inputs<Inputs>, call: Call): Promise<ReactV2Outputs<Outputs>> {
    const { maxIterations: most = MAX_ITERATIONS, inspect } = this.options;
    const { inputs: asked, maxIterations } = limited(given, this.signature, most);
    const { history: before, ...inputs } = asked as { readonly history?: History };
    const actor = createActor(reactV2Machine, {
      input: { maxIterations },
      ...inspection(inspect),
    });
    actor.start();
    const conversation = new Conversation(this, inputs, AgentHistory.from(before), call);
    const send = (event: ReactV2Event): void => actor.send(event);
    while (actor.getSnapshot().status !== "done") {
      const { value, context } = actor.getSnapshot();
      if (value === "asking") send(await conversation.ask(context.turns));
      else if (value === "calling") send(await conversation.answer());
      else send(await conversation.force(maxIterations));
    }
    return conversation.outcome(actor.getSnapshot().context.reason);
  }
}

/**
 * Makes an agent: `reactV2("question -> answer", { tools: [search] })`.
 *
 * Every turn the model may call several tools, which run at once; with an adapter and a model that do so (`withNativeTools`, `lmCapabilities.functionCalling`) by
 * function calling. It ends by calling `submit` with the outputs; a model that does not is told to, once. Rejects with PROGRAM_AGENT_UNFINISHED where that fails, too.
 * Throws SIGNATURE_INVALID, PROGRAM_TOOL_INVALID, PROGRAM_MODULE_INVALID.
 */
export function reactV2<const Like extends SignatureLike>(
  signature: Checked<Like>,
  options: ReactV2Options,
): ReActV2<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new ReActV2(toSignature(signature), options);
}

/** One call of an agent: what was said so far, and what is to be done about it. */
class Conversation<Inputs extends object, Outputs extends object> {
  readonly #agent: ReActV2<Inputs, Outputs>;
  readonly #inputs: object;
  readonly #call: Call;
  #history: AgentHistory;
  #thought: unknown;
  #calls: readonly AgentCall[] = [];
  #outputs: Record<string, unknown> | undefined;
  #failure: unknown;

  constructor(agent: ReActV2<Inputs, Outputs>, inputs: object, history: AgentHistory, call: Call) {
    this.#agent = agent;
    this.#inputs = inputs;
    this.#history = history;
    this.#call = call;
  }

  /** Asks the model what to call. */
  async ask(turn: number, settings?: ProgramSettings): Promise<ReactV2Event> {
    try {
      const { next_thought: thought, tool_calls: calls } = await this.#turn(settings);
      this.#thought = thought;
      this.#calls = callsOf(calls, turn);
      return this.#calls.length === 0 ? { type: "stopped", reason: "empty_tool_calls" } : { type: "called" };
    } catch (error) {
      this.#failure = error;
      if (isTooLong(error)) return { type: "stopped", reason: "context_window_exceeded" };
      if (isBaseError(error, "PROGRAM_PARSE_FAILED")) return { type: "stopped", reason: "parse_error" };
      throw error;
    }
  }

  /** Calls what was asked for, and notes the turn. */
  async answer(): Promise<ReactV2Event> {
    const calls = this.#calls;
    const results: AgentResult[] = [];
    const { concurrency = this.#call.settings.compat === undefined ? calls.length : 1 } = this.#agent.options;
    await windowed(calls.length, concurrency, async (index) => {
      const called = calls[index];
      if (called !== undefined) results[index] = await this.#result(called);
    });
    const asked = this.#history.isEmpty ? this.#inputs : {};
    this.#history = this.#history.withTurn(asked, this.#thought, calls, results, this.#outputs);
    return { type: "answered", submitted: this.#outputs !== undefined };
  }

  /** Asks once more, for `submit` alone. */
  async force(turn: number): Promise<ReactV2Event> {
    const event = await this.ask(turn, forcedSettings(this.#call.settings));
    this.#calls = event.type === "called" ? this.#calls.filter(({ name }) => name === SUBMIT) : [];
    return this.#calls.length === 0 ? { type: "answered", submitted: false } : this.answer();
  }

  outcome(reason: TerminationReason): ReactV2Outputs<Outputs> {
    const told = { history: this.#history.toHistory(), termination_reason: reason };
    if (this.#outputs === undefined && this.#call.settings.compat === undefined) {
      throw unfinished(this.#call.path, told, this.#failure);
    }
    // What was submitted has been read as the signature's outputs; DSPy answers without them where nothing was.
    return { ...this.#outputs, ...told } as ReactV2Outputs<Outputs>;
  }

  async #turn(settings: ProgramSettings | undefined): Promise<Turn> {
    const { compat } = this.#call.settings;
    const tools = [...this.#agent.tools.values(), submitDescription(this.#agent.signature, compat)];
    for (;;) {
      const { history, inputs } = this.#history.shown(this.#inputs);
      try {
        return await this.#call.run(
          this.#agent.react,
          { ...inputs, history, tools },
          settings === undefined ? undefined : { settings },
        );
      } catch (error) {
        if (!isTooLong(error) || compat !== undefined || !this.#history.mayBeShortened) throw error;
        this.#history = this.#history.shortened();
      }
    }
  }

  async #result({ name, args }: AgentCall): Promise<AgentResult> {
    if (name === SUBMIT) return this.#submit(args);
    const tool = this.#agent.tools.get(name);
    return tool === undefined ? { value: `Unknown tool: ${name}`, isError: true } : toolOutcome(this.#call, tool, args);
  }

  #submit(args: JsonObject): AgentResult {
    const read = submitted(this.#agent.signature, args, this.#call.settings.compat);
    if ("reason" in read) return { value: executionError(SUBMIT, read.reason), isError: true };
    this.#outputs = read.outputs;
    // Outputs are plain JSON data.
    return { value: read.outputs as JsonObject, isError: false };
  }
}

function loopSignature<Inputs extends object, Outputs extends object>(
  signature: Signature<Inputs, Outputs>,
  toolNames: readonly string[],
): Signature<object, Turn> {
  const own = signature.inputs.map(({ name, type, desc }): Field => fieldOf(name, optional(type), true, { desc }));
  const taken = ["history", "tools"].find((name) => own.some((field) => field.name === name));
  if (taken !== undefined) {
    throw new BaseError(
      "SIGNATURE_INVALID",
      `An agent has an input \`${taken}\` of its own; name the signature's otherwise.`,
      {
        details: { field: taken },
      },
    );
  }
  const told = (name: string, type: string): Field => fieldOf(name, readTypeText(type), true);
  return new Signature<object, Turn>(
    "",
    [...own, told("history", "History"), told("tools", "list[Tool]")],
    [told("next_thought", "Reasoning"), told("tool_calls", "ToolCalls")],
  ).withInstructions(reactV2Instructions(signature, toolNames));
}

/** A type that may be left out, spelled as Python 3.11 spells it. */
function optional(type: FieldType): FieldType {
  if (type.kind === "none") return type;
  const spelling = type.kind === "union" ? type.spelling : type.kind === "literal" ? "Union" : "UnionType";
  return unionOf([type, NONE], spelling);
}

/** The model may call `submit` and nothing else, without thinking about it. */
function forcedSettings({ lm = {}, lmCapabilities, adapter, compat }: ProgramSettings): ProgramSettings {
  const isNative = lmCapabilities?.functionCalling === true && adapter?.nativeTools !== undefined;
  const extra = {
    // Without tools of its own in the request a provider refuses the choice of one.
    ...(isNative || compat !== undefined ? { tool_choice: { type: "function", function: { name: SUBMIT } } } : {}),
    reasoning_effort: null,
  };
  return { lm: mergedOptions(lm, { extra }) };
}

function unfinished(
  path: string,
  told: { history: History; termination_reason: TerminationReason },
  cause: unknown,
): BaseError {
  return new BaseError(
    "PROGRAM_AGENT_UNFINISHED",
    `The agent \`${path}\` ended (${told.termination_reason}) without handing its outputs in. Give it more turns (maxIterations), or a model that calls tools better; \`details.history\` is what it did.`,
    { cause, details: { path, ...told } },
  );
}
