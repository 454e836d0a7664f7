// What the loop of ReAct is made of: its steps, what is known between them, and what moves it on.
// Knows nothing of how the loop is run.
import type { JsonObject, JsonValue } from "../../runtime/base/index.ts";

/** One turn of the loop: what the model thought and called, and what it saw. */
export interface ReactStep {
  readonly thought: string;
  readonly toolName: string;
  readonly toolArgs: JsonObject;
  readonly observation: JsonValue;
}

/** The name by which the model says that it has seen enough. */
export const FINISH = "finish";

/** What the machine knows. */
export interface ReactContext {
  readonly maxIterations: number;
  readonly steps: readonly ReactStep[];
  /** How many of the first steps the model is no longer shown, because they did not fit. */
  readonly hidden: number;
  /** Of the step under way. */
  readonly decision: Omit<ReactStep, "observation"> | undefined;
}

/** What moves it on. */
export type ReactEvent =
  /** The model has said which tool is next. */
  | ({ readonly type: "decided" } & Omit<ReactStep, "observation">)
  /** The tool has answered, or what the model said could not be read. */
  | ({ readonly type: "observed" } & Pick<ReactStep, "observation">)
  | ({ readonly type: "unreadable" } & ReactStep)
  /** The prompt was too long; the first step still shown is left out. */
  | { readonly type: "shortened" }
  /** The loop cannot go on: what there is has to do. */
  | { readonly type: "stopped" }
  | { readonly type: "extracted" };
