// Calls a tool once: within its time, its failures worded for a model.
// Knows nothing of who decided to call it, or of records.
import {
  type Clock,
  isBaseError,
  type JsonObject,
  type JsonValue,
  thrownText,
  withinBounds,
} from "../runtime/base/index.ts";
import type { Tool } from "./tool.ts";
import { toolFailed } from "./tool-errors.ts";

/** How one call of a tool is bounded and known. */
export interface ToolBounds {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  readonly callKey: string | undefined;
}

/** Calls a tool. Rejects with PROGRAM_TOOL_FAILED where it fails or takes too long, and with the signal's reason where that aborts. */
export async function invokeTool(
  tool: Tool,
  args: JsonObject,
  { clock, signal, deadlineAt, callKey }: ToolBounds,
): Promise<JsonValue> {
  const { name, timeoutMs } = tool;
  try {
    if (timeoutMs === undefined) return await tool.invoke(args, { signal, deadlineAt, callKey });
    const ownEnd = clock.now() + timeoutMs;
    const bounds = {
      clock,
      signals: [signal],
      onAbort: (reason: unknown) => reason,
      deadlineAt: ownEnd,
      onDeadline: () => toolFailed(name, `it took longer than its ${timeoutMs} ms`),
    };
    return await withinBounds(bounds, (inner) =>
      tool.invoke(args, {
        signal: inner,
        deadlineAt: deadlineAt === undefined ? ownEnd : Math.min(ownEnd, deadlineAt),
        callKey,
      }),
    );
  } catch (error) {
    // Whatever it says of its own end, the run's is why.
    signal.throwIfAborted();
    if (isBaseError(error, "PROGRAM_TOOL_FAILED")) throw error;
    throw toolFailed(name, thrownText(error), error);
  }
}
