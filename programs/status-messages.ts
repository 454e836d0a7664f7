// Words what a run is doing for whoever waits for it.
// Knows nothing of streams; it is told of work and answers messages.
import type { ProgramObserver, Work, WorkKind } from "./observer.ts";

/** Words one moment; undefined says nothing. */
type Wording<Told> = (work: Work, told: Told) => string | undefined;

/** The messages of a stream, by moment. Those left out say nothing, but for tools, which have DSPy's words. */
export interface StatusMessages {
  readonly moduleStarted?: (work: Work) => string | undefined;
  readonly moduleStopped?: Wording<unknown>;
  readonly requestStarted?: (work: Work) => string | undefined;
  readonly requestStopped?: Wording<unknown>;
  readonly toolStarted?: (work: Work) => string | undefined;
  readonly toolStopped?: Wording<unknown>;
  readonly toolFailed?: Wording<unknown>;
}

const TOOLS_ONLY: readonly WorkKind[] = ["tool"];
const TOOL_DONE = "Tool calling finished! Querying the LLM with tool calling results...";

/** An observer that words the calls of tools alone, which is what is said where nobody says otherwise. */
export function toolStatusObserver(say: (message: string, path: string) => void): ProgramObserver {
  return {
    kinds: TOOLS_ONLY,
    started: (work) => say(toolCalled(work), work.path),
    stopped: ({ path }) => say(TOOL_DONE, path),
    failed: ({ path }) => say(TOOL_DONE, path),
  };
}

/** An observer that words what it hears. */
export function statusObserver(
  messages: StatusMessages,
  say: (message: string, path: string) => void,
): ProgramObserver {
  const sayIf = (message: string | undefined, work: Work): void => {
    if (message !== undefined && message !== "") say(message, work.path);
  };
  const { toolStarted = toolCalled, toolStopped = toolDone, toolFailed = toolDone } = messages;
  const started: Partial<Record<WorkKind, (work: Work) => string | undefined>> = {
    ...(messages.moduleStarted === undefined ? {} : { module: messages.moduleStarted }),
    ...(messages.requestStarted === undefined ? {} : { request: messages.requestStarted }),
    tool: toolStarted,
  };
  const stopped: Partial<Record<WorkKind, Wording<unknown>>> = {
    ...(messages.moduleStopped === undefined ? {} : { module: messages.moduleStopped }),
    ...(messages.requestStopped === undefined ? {} : { request: messages.requestStopped }),
    tool: toolStopped,
  };
  return {
    // Only what has words: what nobody wants to hear costs nothing.
    kinds: [...new Set([...Object.keys(started), ...Object.keys(stopped)])] as WorkKind[], // keys of the two records above
    started: (work) => sayIf(started[work.kind]?.(work), work),
    stopped: (work, outputs) => sayIf(stopped[work.kind]?.(work, outputs), work),
    failed(work, error) {
      if (work.kind === "tool") sayIf(toolFailed(work, error), work);
    },
  };
}

function toolCalled({ name }: Work): string {
  return `Calling tool ${name}...`;
}

function toolDone(): string {
  return TOOL_DONE;
}
