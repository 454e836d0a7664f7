// What the loop of ReActV2 is made of: what is known between its turns, what moves it on, and how it ends.
// Knows nothing of how the loop is run.

/** Why an agent ended: the first two with outputs, the others without. */
export type TerminationReason =
  | "submit"
  | "forced_submit"
  | "max_iters"
  | "parse_error"
  | "empty_tool_calls"
  | "context_window_exceeded";

/** What the machine knows. */
export interface ReactV2Context {
  readonly maxIterations: number;
  readonly turns: number;
  readonly reason: TerminationReason;
}

/** What moves it on. */
export type ReactV2Event =
  /** The model asks for tools. */
  | { readonly type: "called" }
  /** They have answered; one of them was `submit`, or none was. */
  | { readonly type: "answered"; readonly submitted: boolean }
  /** The loop cannot go on. */
  | { readonly type: "stopped"; readonly reason: TerminationReason };
