// What callers hold of Python: handlers called by name, pools looked at.
// Knows nothing of workers; the pools are brought to it.
import type { PoolCallOptions, PoolStatus } from "../bridge/index.ts";
import type { ArgumentsOf, Module, Tool, ToolParameters } from "../programs/index.ts";
import { BaseError, type Clock } from "../runtime/base/index.ts";
import { type HomeModel, type HostTools, serveByCaller, serveTools } from "./host-tools.ts";
import { checkedCall, checkedHandler, checkedSession, checkedStream, deadlineOf } from "./python-call-check.ts";
import type { PythonCallOptions, PythonSessionOptions, PythonStreamOptions } from "./python-call-options.ts";
import type { PythonNeeds } from "./python-choice.ts";
import { GENERAL } from "./python-options.ts";
import type { PythonPools } from "./python-pools.ts";
import { PythonSession } from "./python-session.ts";
import { withPythonStates } from "./python-states.ts";
import { PythonStream } from "./python-stream.ts";
import { type PythonToolOptions, pythonTool, type RetrieverToolOptions, retrieverTool } from "./python-tool.ts";

/** The way to Python's handlers. */
export interface PythonCalls {
  /**
   * Calls what `@dspex.register` has registered under this name and answers its result: `await runtime.python.call("embed", { texts })`.
   *
   * An object gives the handler's arguments by name, a list in order. Rejects with PYTHON_NOT_CONFIGURED, PYTHON_MISSING, PYTHON_POOL_UNKNOWN,
   * PYTHON_CALL_INVALID and the BRIDGE codes; an exception of the handler is BRIDGE_PYTHON_ERROR.
   */
  call(handler: string, input?: unknown, options?: PythonCallOptions): Promise<unknown>;
  /**
   * Calls a registered generator and takes its elements one by one: `for await (const row of runtime.python.stream("rows", { table }))`.
   *
   * Nothing is called before the first is asked for. Python sends never more than `credit` elements ahead, and makes one more; leaving the loop closes the generator there. The
   * deadline is for all of them. Rejects as `call` does, after the elements before, and with BRIDGE_HANDLER_KIND for a handler that is no generator.
   */
  stream(handler: string, input?: unknown, options?: PythonStreamOptions): PythonStream;
  /**
   * Has one worker of a pool to oneself, with state that lasts from call to call: `await using session = await runtime.python.session()`.
   *
   * It ends when it is closed, when `signal` aborts, or when nobody has called it for `ttlMs` (an hour where nothing else is said); what is under way then
   * ends with BRIDGE_SESSION_OVER. Rejects as `call` does.
   */
  session(options?: PythonSessionOptions): Promise<PythonSession>;
  /**
   * A registered handler as a tool for models on this side: `react("question -> answer", { tools: [runtime.python.tool({ name: "search", parameters: { query: "str" } })] })`.
   *
   * Throws PROGRAM_TOOL_INVALID.
   */
  tool<const Parameters extends ToolParameters>(
    options: PythonToolOptions<Parameters>,
  ): Tool<ArgumentsOf<Parameters>, unknown>;
  /** A registered retriever as a tool that answers passages to a `query`. Throws PROGRAM_TOOL_INVALID. */
  retrieverTool(options: RetrieverToolOptions): Tool<{ readonly query: string }, readonly string[]>;
  /**
   * A copy of a program in which each `python(…)` module holds the parameters that Python's own program has, as a file of DSPy's format needs them.
   *
   * Rejects as running the program does.
   */
  withState<Program extends Module>(program: Program): Promise<Program>;
  /** Forgets which worker the calls of an `affinity` key go to, and the state that the strict ones left there. */
  forget(key: string, pool?: string): Promise<void>;
  /** How a pool is doing. */
  status(pool?: string): Promise<PoolStatus>;
}

const NO_TOOLS: HostTools = {};

/** Makes the way to the pools, or to the words that there are none. Handlers that ask a model ask `home`, unless their caller answers himself. */
export function pythonCalls(pools: PythonPools | undefined, clock: Clock, home: HomeModel): PythonCalls {
  // One for all calls that say nothing: most of them ask nothing either.
  const plain = serveTools(() => NO_TOOLS, undefined, home);
  const serving = (tools: HostTools | undefined, serve: PoolCallOptions["serve"]) => {
    if (tools !== undefined) return serveTools(() => tools, serve, home);
    return serve === undefined ? plain : serveByCaller(serve);
  };
  const found = (): PythonPools => {
    if (pools === undefined) throw notConfigured();
    return pools;
  };
  const poolOf = (pool: string | undefined, needs: PythonNeeds | undefined): string =>
    pool ?? (needs === undefined ? GENERAL : found().choose(needs));
  /** What a call's time and tools are to a pool. */
  const bounds = (timeoutMs: number | undefined, tools: HostTools | undefined, serve: PoolCallOptions["serve"]) => ({
    ...deadlineOf(timeoutMs, clock.now()),
    serve: serving(tools, serve),
  });
  const call: PythonCalls["call"] = async (handler, input, given = {}) => {
    const { pool, needs, timeoutMs, tools, ...options } = checkedCall(given);
    const asked = { ...options, ...bounds(timeoutMs, tools, options.serve) };
    return found().run(poolOf(pool, needs), checkedHandler(handler), input, asked);
  };
  return {
    call,
    stream(handler, input, given = {}) {
      return new PythonStream(async (leaving) => {
        const { pool, needs, timeoutMs, tools, signal: _signal, ...options } = checkedStream(given);
        const asked = { ...options, ...bounds(timeoutMs, tools, options.serve), signal: leaving };
        return found().stream(poolOf(pool, needs), checkedHandler(handler), input, asked);
      }, given.signal);
    },
    async session(given = {}) {
      const { pool, needs, timeoutMs, tools, ...options } = checkedSession(given);
      const deadline = deadlineOf(timeoutMs, clock.now());
      const session = await found().checkout(poolOf(pool, needs), { ...options, ...deadline });
      return new PythonSession(session, clock, home, tools);
    },
    tool: (options) => pythonTool(call, options),
    retrieverTool: (options) => retrieverTool(call, options),
    async withState(program) {
      return withPythonStates(found(), program);
    },
    async forget(key, pool = GENERAL) {
      return found().forget(pool, key);
    },
    async status(pool = GENERAL) {
      return found().status(pool);
    },
  };
}

function notConfigured(): BaseError {
  return new BaseError(
    "PYTHON_NOT_CONFIGURED",
    "This runtime was told of no Python. Pass `createRuntime({ python: {} })` for the environment of `dspex python setup`, or name an interpreter and pools there.",
  );
}
