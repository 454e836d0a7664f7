// Runs `python(…)` modules on the runtime's Python workers; what they ask of a language model comes home to the program's own.
// Knows nothing of processes or frames.
import { callCancelled, callTimeout, type HostAsk } from "../bridge/index.ts";
import type {
  LmCapabilities,
  LmRequest,
  ProgramSettings,
  RemoteContext,
  RemotePort,
  RemoteRequest,
} from "../programs/index.ts";
import { toRemote } from "../programs/index.ts";
import { BaseError, errorCode, isJsonObject, withinBounds } from "../runtime/base/index.ts";
import { answeredOnce } from "./answered-once.ts";
import { serveTools, toolUnknown } from "./host-tools.ts";
import { GENERAL } from "./python-options.ts";
import type { PythonPools } from "./python-pools.ts";
import { specOf } from "./python-spec.ts";

/** What a predictor of Python's has come to. */
interface Ended {
  readonly call: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The predictor that asks, in a streamed run. */
interface Asking {
  readonly call: string;
  readonly path: string;
  readonly adapter: string;
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  readonly ended: readonly Ended[];
}

/** What Python says of a program. */
interface Described {
  readonly way: "sync" | "async";
}

const DESCRIBE = "dspex.describe";

/** Makes the port of `python(…)` modules. */
export function pythonRemote(pools: Pick<PythonPools, "clock" | "learn" | "mayRun" | "run">): RemotePort {
  const described = new Map<string, Promise<Described>>();
  /** For all who ask meanwhile, in the pool's own time: no caller's abort or deadline is another's. */
  const describe = (pool: string, spec: object): Promise<Described> => {
    const key = JSON.stringify([pool, spec], (_name, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
    const known = described.get(key);
    if (known !== undefined) return known;
    const asking = pools
      .run(pool, DESCRIBE, { spec }, { repeatable: true })
      // The worker wrote it: `programs.py`.
      .then((answer) => answer as Described);
    described.set(key, asking);
    // Whoever comes next asks again.
    asking.catch(() => described.delete(key));
    asking.then(() => pools.learn(pool)).catch(() => {});
    return asking;
  };
  const describeWithin = async (pool: string, spec: object, { signal, deadlineAt }: RemoteContext) => {
    const { clock } = pools;
    const leftMs = (deadlineAt ?? 0) - clock.now();
    const bounds = {
      clock,
      signals: [signal],
      onAbort: (reason: unknown) => callCancelled(DESCRIBE, reason),
      deadlineAt,
      onDeadline: () => callTimeout(DESCRIBE, leftMs),
    };
    for (;;) {
      try {
        return await withinBounds(bounds, () => describe(pool, spec));
      } catch (error) {
        // The time was the pool's; who has more of its own asks again.
        const hasTime = deadlineAt !== undefined && clock.now() < deadlineAt;
        if (!hasTime || errorCode(error) !== "BRIDGE_CALL_TIMEOUT") throw error;
      }
    }
  };
  return {
    isReady: (target, pool = GENERAL) => pools.mayRun(pool, target),
    async run(request, context) {
      const { pool = GENERAL } = request;
      const spec = specOf(request);
      const { way } = await describeWithin(pool, spec, context);
      const streamed = context.isStreamed ? { streamed: true } : {};
      const input = { spec, inputs: inputsOf(request), ...settingsOf(context.settings), ...streamed };
      const handler = way === "async" ? "dspex.arun" : "dspex.run";
      const once = answeredOnce((ask) => serve(ask, request, context));
      const answer = await pools.run(pool, handler, input, {
        ...bounds(context),
        serve: once.serve,
        // DSPy's own modules do nothing but ask. A class of a user's may do what must not be done twice; an element that was streamed cannot be taken back.
        repeatable: request.target.startsWith("dspy.") && !context.isStreamed,
        onRepeat: once.again,
      });
      // The worker wrote it: `programs.py`.
      const { outputs, ended = [] } = answer as { readonly outputs: object; readonly ended?: readonly Ended[] };
      for (const { call, outputs: told } of ended) context.settle(call, told);
      return outputs;
    },
  };
}

function bounds({ signal, deadlineAt }: RemoteContext) {
  return deadlineAt === undefined ? { signal } : { signal, deadlineAt };
}

/** Inputs as Python's values; `types` of the signature's spec says there what else is to be made of them. */
function inputsOf({ signature, inputs }: RemoteRequest): object {
  const types = new Map(signature.inputs.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toRemote(value, types.get(name))]));
}

function settingsOf({ adapter, lmCapabilities = {} }: ProgramSettings) {
  return {
    lm: { capabilities: capabilitiesOf(lmCapabilities) },
    ...(adapter === undefined ? {} : { adapter: adapter.adapterName }),
  };
}

/** What a model can do, by the names that `lm.py` knows. */
export function capabilitiesOf({
  jsonMode,
  responseSchema,
  functionCalling,
  reasoning,
}: LmCapabilities): readonly string[] {
  const said = { json: jsonMode, schema: responseSchema, tools: functionCalling, reasoning };
  return Object.entries(said).flatMap(([name, can]) => (can === true ? [name] : []));
}

/** Answers what Python asks of its host: the program's own language model, and its tools. */
async function serve(ask: HostAsk, { tools }: RemoteRequest, context: RemoteContext): Promise<unknown> {
  const { kind, name, input } = ask;
  if (kind === "lm") return complete(input, context);
  const named = tools.map((tool) => [tool.name, tool] as const);
  if (kind !== "tool") return serveTools(() => Object.fromEntries(named), unknown(context))(ask);
  const [, tool] = named.find(([known]) => known === name) ?? [];
  if (tool === undefined)
    throw toolUnknown(
      name,
      named.map(([known]) => known),
    );
  // A tool's arguments are given by name; what is no object has none.
  return context.callTool(tool, isJsonObject(input) ? input : {});
}

async function complete(input: unknown, { complete: ask, settle, settings }: RemoteContext): Promise<unknown> {
  // Python's BridgeLM wrote it: `lm.py`.
  const { messages, options, rolloutId = settings.rolloutId, predictor } = input as LmRequest & { predictor?: Asking };
  for (const { call, outputs } of predictor?.ended ?? []) settle(call, outputs);
  const request = {
    messages,
    // As for predictors of this side: the run's settings go over what the program says, or under it.
    options: { ...settings.lmBase, ...options, ...settings.lm },
    ...(rolloutId === undefined ? {} : { rolloutId }),
  };
  if (predictor === undefined) return ask(request);
  const { call: callId, path, adapter: adapterName, outputs } = predictor;
  return ask(request, { callId, path, adapterName, outputs });
}

function unknown({ modulePath }: RemoteContext): (ask: HostAsk) => Promise<never> {
  return async ({ kind, name }) => {
    throw askUnknown(modulePath, kind, name);
  };
}

function askUnknown(path: string, kind: string, name: string): BaseError {
  return new BaseError(
    "PYTHON_REQUEST_UNKNOWN",
    `\`${path}\` asked its host for ${kind} "${name}". A program in Python may ask for its language model and its tools, and nothing else.`,
    { details: { path, kind, name } },
  );
}
