// What an agent of ReActV2 has said and seen, as the history that its model is told.
// Knows no loop and no prompt.
import type { JsonObject, JsonValue } from "../../runtime/base/index.ts";
import type { History, ToolCalls } from "../custom-types.ts";

/** One call that a model asks for, under an id. */
export interface AgentCall {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** What came of a call. */
export interface AgentResult {
  readonly value: JsonValue;
  readonly isError: boolean;
}

type Message = Readonly<Record<string, unknown>>;

/** The earlier turns of a run: those it was given, and its own. Immutable. */
export class AgentHistory {
  readonly #before: readonly Message[];
  readonly #turns: readonly Message[];
  /** How many messages the model is no longer shown, because they did not fit. */
  readonly #hidden: number;

  private constructor(before: readonly Message[], turns: readonly Message[], hidden: number) {
    this.#before = before;
    this.#turns = turns;
    this.#hidden = hidden;
  }

  /** The history that a run begins with. */
  static from(given: History | null | undefined): AgentHistory {
    return new AgentHistory([...(given?.messages ?? [])], [], 0);
  }

  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  /** Whether a message can be left out of the prompt. */
  get mayBeShortened(): boolean {
    return this.#before.length + this.#turns.length - this.#hidden > 0;
  }

  /** Without the oldest message that is still shown. */
  shortened(): AgentHistory {
    return new AgentHistory(this.#before, this.#turns, this.#hidden + 1);
  }

  /** With a turn: what was asked of the model, what it thought and called, what came of it, and the outputs if it handed them in. */
  withTurn(
    inputs: object,
    thought: unknown,
    calls: readonly AgentCall[],
    results: readonly AgentResult[],
    outputs: object | undefined,
  ): AgentHistory {
    const turn = {
      ...inputs,
      ...(thought === null || thought === undefined ? {} : { next_thought: thought }),
      tool_calls: { tool_calls: calls, tool_call_results: { tool_call_results: results.map(resultOf(calls)) } },
      ...outputs,
    };
    return new AgentHistory(this.#before, [...this.#turns, turn], this.#hidden);
  }

  /** Everything. */
  toHistory(): History {
    return { messages: [...this.#before, ...this.#turns] };
  }

  /** What fits the prompt, and the inputs where no turn that is shown holds them. */
  shown(inputs: object): { readonly history: History; readonly inputs: object } {
    const messages = [...this.#before, ...this.#turns].slice(this.#hidden);
    const gone = this.#hidden - this.#before.length;
    const [first, ...others] = messages;
    if (this.isEmpty || first === undefined) return { history: { messages }, inputs };
    // The run's inputs stand in its first turn; where that one is left out, they move to the next.
    return { history: { messages: gone > 0 ? [{ ...inputs, ...first }, ...others] : messages }, inputs: {} };
  }
}

/** Calls under ids of their own where the model's side gave none. */
export function callsOf(asked: ToolCalls | null | undefined, turn: number): readonly AgentCall[] {
  return (asked?.tool_calls ?? []).map(({ id, name, args }, index) => {
    // What a model asks for came out of JSON.
    return { id: id ?? `call_${turn}_${index}`, name, args: args as JsonObject };
  });
}

function resultOf(calls: readonly AgentCall[]) {
  return ({ value, isError }: AgentResult, index: number) => ({
    call_id: calls[index]?.id ?? null,
    name: calls[index]?.name ?? "",
    value,
    is_error: isError,
  });
}
