// A handler or a retriever of Python's as a tool for models on this side.
// Knows nothing of pools: how Python is called is brought to it.
import { type ArgumentsOf, type Tool, type ToolOptions, type ToolParameters, tool } from "../programs/index.ts";

/** What a tool of Python's is made of. */
export interface PythonToolOptions<Parameters extends ToolParameters> extends Omit<ToolOptions<never, never>, "run"> {
  /** Which pool. Default `general`. */
  readonly pool?: string;
  /** Its arguments, as `tool` takes them: types as in signatures, or a schema of any library that keeps to Standard Schema. */
  readonly parameters: Parameters;
  /** The handler that does the work; it gets the arguments by name. Default: the tool's name. */
  readonly handler?: string;
}

/** What a retriever's tool is made of. */
export interface RetrieverToolOptions extends Omit<ToolOptions<never, never>, "run" | "jsonSchema"> {
  /** Which pool. Default `general`. */
  readonly pool?: string;
  /** The retriever, as `@dspex.retriever` has it. Default: the tool's name. */
  readonly retriever?: string;
  /** Passages at most. Default: as many as the retriever finds. */
  readonly k?: number;
}

type CallHandler = (
  handler: string,
  input: unknown,
  options: { readonly pool?: string; readonly signal: AbortSignal },
) => Promise<unknown>;

/** A handler as a tool. Throws PROGRAM_TOOL_INVALID. */
export function pythonTool<const Parameters extends ToolParameters>(
  call: CallHandler,
  { handler, pool, ...options }: PythonToolOptions<Parameters>,
): Tool<ArgumentsOf<Parameters>, unknown> {
  const at = pool === undefined ? {} : { pool };
  // The overloads of `tool` say what these parameters make of the arguments.
  return tool({
    ...options,
    run: (args: unknown, { signal }: { readonly signal: AbortSignal }) =>
      call(handler ?? options.name, args, { ...at, signal }),
  } as never) as unknown as Tool<ArgumentsOf<Parameters>, unknown>;
}

/** A retriever as a tool that answers passages to a `query`. Throws PROGRAM_TOOL_INVALID. */
export function retrieverTool(
  call: CallHandler,
  { retriever, k, pool, ...options }: RetrieverToolOptions,
): Tool<{ readonly query: string }, readonly string[]> {
  const at = pool === undefined ? {} : { pool };
  return tool({
    ...options,
    parameters: { query: "str" },
    run: async ({ query }, { signal }) => {
      const input = { name: retriever ?? options.name, query, ...(k === undefined ? {} : { k }) };
      // The worker wrote it: `retrievers.py`.
      return ((await call("dspex.retrieve", input, { ...at, signal })) as { readonly passages: readonly string[] })
        .passages;
    },
  });
}
