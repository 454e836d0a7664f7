// Has a model think and call tools in turn until it has seen enough, then answer.
// Knows nothing of any tool's work; the loop's rules are the machine's.
import { createActor } from "xstate";
import { isBaseError, type JsonObject } from "../../runtime/base/index.ts";
import { ChainOfThought, type Reasoned } from "../chain-of-thought.ts";
import { fieldOf } from "../field.ts";
import { literalOf, STR } from "../field-type.ts";
import { type Call, Module } from "../module.ts";
import {
  type Checked,
  type InputsOfLike,
  type OutputsOfLike,
  Predict,
  type SignatureLike,
  toSignature,
} from "../predict.ts";
import type { Prediction } from "../prediction.ts";
import { Signature } from "../signature.ts";
import type { Simplify } from "../signature-types.ts";
import type { Tool } from "../tool.ts";
import { type AgentInspector, inspection } from "./agent-machine.ts";
import { atLeastOne } from "./module-errors.ts";
import { isMisnamedTool, isTooLong, unreadableStep } from "./react-failures.ts";
import { FINISH, type ReactContext, type ReactEvent } from "./react-loop.ts";
import { reactMachine } from "./react-machine.ts";
import { finishWords, reactInstructions } from "./react-words.ts";
import { type ToolSet, toolLine, toolOutcome, toolSet } from "./tool-set.ts";
import { type Trajectory, trajectoryOf, trajectoryText } from "./trajectory.ts";

/** How an agent works. */
export interface ReactOptions {
  /** What the model may call. `finish` is its own. */
  readonly tools: readonly Tool[];
  /** How often it may call one. Default 20. A call may be given another number as `max_iters`. */
  readonly maxIterations?: number;
  /** Sees the loop's machine move: `createBrowserInspector().inspect` of `@statelyai/inspect` shows it in Stately's inspector. */
  readonly inspect?: AgentInspector;
}

/** The inputs of an agent. */
export type AgentInputs<Inputs extends object> = Simplify<Inputs & { max_iters?: number }>;

/** The outputs of `react`: reasoning and the signature's outputs, and what led to them. */
export type ReactOutputs<Outputs extends object> = Simplify<{ trajectory: Trajectory } & Reasoned<Outputs>>;

/** What the model says in a turn. */
interface Turn {
  readonly next_thought: string;
  readonly next_tool_name: string;
  readonly next_tool_args: JsonObject;
}

const MAX_ITERATIONS = 20;
/** DSPy asks three times for one turn, each time with one step less. */
const DSPY_TRIES = 3;

/** An agent in ReAct's form: one thought and one call of a tool per turn, all of it told anew in every prompt. */
export class ReAct<Inputs extends object = object, Outputs extends object = object> extends Module<
  AgentInputs<Inputs>,
  ReactOutputs<Outputs>
> {
  readonly react: Predict<object, Turn>;
  readonly extract: ChainOfThought<object, Outputs>;
  readonly tools: ToolSet;
  readonly options: Omit<ReactOptions, "tools"> & { readonly maxIterations: number };

  constructor(signature: Signature<Inputs, Outputs>, { tools, maxIterations = MAX_ITERATIONS, inspect }: ReactOptions) {
    super();
    atLeastOne("react", "maxIterations", maxIterations);
    this.tools = toolSet(tools, FINISH);
    this.options = Object.freeze({ maxIterations, ...(inspect === undefined ? {} : { inspect }) });
    const finish = { name: FINISH, desc: finishWords(signature), args: {} };
    const lines = [...this.tools.values(), finish].map(toolLine);
    const outputs = [
      fieldOf("next_thought", STR, true),
      fieldOf("next_tool_name", literalOf([...this.tools.keys(), FINISH]), true),
      fieldOf("next_tool_args", { kind: "dict", key: STR, value: { kind: "any" } }, true),
    ];
    const told = signature.append("input", "trajectory", "str");
    const looped = new Signature<object, Turn>(
      "",
      told.inputs,
      outputs,
      signature.checks.filter(({ side }) => side === "input"),
    );
    this.react = new Predict(looped.withInstructions(reactInstructions(signature, lines)));
    // The trajectory is one more input; the outputs are the signature's.
    this.extract = new ChainOfThought(told as unknown as Signature<object, Outputs>);
  }

  override get inputNames(): readonly string[] | undefined {
    return [...this.react.inputNames.filter((name) => name !== "trajectory"), "max_iters"];
  }

  override async forward(given: AgentInputs<Inputs>, call: Call): Promise<ReactOutputs<Outputs>> {
    const { inputs, maxIterations } = limited(given, this.react.signature, this.options.maxIterations);
    const actor = createActor(reactMachine, {
      input: { maxIterations },
      ...inspection(this.options.inspect),
    });
    actor.start();
    const send = (event: ReactEvent): void => actor.send(event);
    const told = (): ReactContext => actor.getSnapshot().context;
    while (!actor.getSnapshot().matches("extracting")) {
      if (actor.getSnapshot().matches("deciding")) await this.decide(inputs, call, told, send);
      else send({ type: "observed", observation: await this.act(told(), call) });
    }
    const extracted = await this.ask(this.extract, inputs, call, told, send);
    send({ type: "extracted" });
    const { steps, hidden } = told();
    // In DSPy what did not fit the prompt is lost to the prediction, too.
    const trajectory = trajectoryOf(steps, call.settings.compat === undefined ? 0 : hidden);
    return { trajectory, ...extracted } as ReactOutputs<Outputs>;
  }

  private async decide(
    inputs: object,
    call: Call,
    told: () => ReactContext,
    send: (event: ReactEvent) => void,
  ): Promise<void> {
    try {
      const turn = await this.ask(this.react, inputs, call, told, send);
      send({
        type: "decided",
        thought: turn.next_thought,
        toolName: turn.next_tool_name,
        toolArgs: turn.next_tool_args,
      });
    } catch (error) {
      if (isTooLong(error)) send({ type: "stopped" });
      else if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
      else if (call.settings.compat === undefined) send({ type: "unreadable", ...unreadableStep(error) });
      else if (isMisnamedTool(error)) send({ type: "stopped" });
      else throw error;
    }
  }

  private async act({ decision }: ReactContext, call: Call) {
    const tool = this.tools.get(decision?.toolName ?? FINISH);
    if (tool === undefined) return "Completed.";
    const { value } = await toolOutcome(call, tool, decision?.toolArgs ?? {});
    return value;
  }

  /** Asks with what has been done so far; where that is too long, without its first steps. */
  private async ask<Answer extends object>(
    module: Module<object, Answer>,
    inputs: object,
    call: Call,
    told: () => ReactContext,
    send: (event: ReactEvent) => void,
  ): Promise<Prediction<Answer>> {
    for (let tries = 1; ; tries++) {
      const { steps, hidden } = told();
      const trajectory = trajectoryText(trajectoryOf(steps, hidden), call.settings);
      try {
        return await call.run(module, { ...inputs, trajectory });
      } catch (error) {
        const maySay = steps.length - hidden > 1;
        if (!isTooLong(error) || !maySay) throw error;
        send({ type: "shortened" });
        if (call.settings.compat !== undefined && tries === DSPY_TRIES) throw error;
      }
    }
  }
}

/**
 * Makes an agent: `react("question -> answer", { tools: [search] })`.
 *
 * Every turn the model thinks and names a tool; what the tool answers, or why it failed, is the next thing it sees. When it calls `finish`, or its turns are used up,
 * the outputs are drawn from what it has seen. Tools are called by `call.callTool`. Throws SIGNATURE_INVALID, PROGRAM_TOOL_INVALID, PROGRAM_MODULE_INVALID.
 */
export function react<const Like extends SignatureLike>(
  signature: Checked<Like>,
  options: ReactOptions,
): ReAct<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new ReAct(toSignature(signature), options);
}

/** Takes the number of turns out of the inputs, unless the signature has an input of that name. */
export function limited(
  given: object,
  signature: Signature,
  maxIterations: number,
): { readonly inputs: object; readonly maxIterations: number } {
  const { max_iters: own, ...inputs } = given as { readonly max_iters?: unknown };
  if (own === undefined || signature.inputs.some(({ name }) => name === "max_iters")) {
    return { inputs: own === undefined ? inputs : given, maxIterations };
  }
  const count = Number(own);
  if (count !== 0) atLeastOne("react", "max_iters", count);
  return { inputs, maxIterations: count };
}
