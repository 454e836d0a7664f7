// Runs `python(…)` modules on the runtime's Python workers; what they ask of a language model comes home to the program's own.
// Knows nothing of processes or frames.
import type { HostAsk } from "../bridge/index.ts";
import type {
  LmCapabilities,
  LmRequest,
  ProgramSettings,
  RemoteContext,
  RemotePort,
  RemoteRequest,
} from "../programs/index.ts";
import { toPython } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import { GENERAL } from "./python-options.ts";
import type { PythonPools } from "./python-pools.ts";

/** What Python says of a program. */
interface Described {
  readonly way: "sync" | "async";
}

/** Makes the port of `python(…)` modules. */
export function pythonRemote(pools: PythonPools): RemotePort {
  const described = new Map<string, Promise<Described>>();
  const describe = (spec: object, context: RemoteContext): Promise<Described> => {
    const key = JSON.stringify(spec);
    const known = described.get(key);
    if (known !== undefined) return known;
    const asking = pools
      .run(GENERAL, "dspex.describe", { spec }, { ...bounds(context), repeatable: true })
      // The worker wrote it: `programs.py`.
      .then((answer) => answer as Described);
    described.set(key, asking);
    // Whoever comes next asks again.
    asking.catch(() => described.delete(key));
    asking.then(() => pools.learn(GENERAL)).catch(() => {});
    return asking;
  };
  return {
    isReady: (target) => pools.mayRun(GENERAL, target),
    async run(request, context) {
      const spec = specOf(request);
      const { way } = await describe(spec, context);
      const input = { spec, inputs: inputsOf(request), ...settingsOf(context.settings) };
      const handler = way === "async" ? "dspex.arun" : "dspex.run";
      const answer = await pools.run(GENERAL, handler, input, {
        ...bounds(context),
        serve: (ask) => serve(ask, context),
      });
      // The worker wrote it: `programs.py`.
      return (answer as { readonly outputs: object }).outputs;
    },
  };
}

function bounds({ signal, deadlineAt }: RemoteContext) {
  return deadlineAt === undefined ? { signal } : { signal, deadlineAt };
}

/** What the program is made of there: equal specs are built once. */
function specOf({ target, signature, options }: RemoteRequest): object {
  const { instructions, fields } = signature.state();
  const names = signature.fields.map(({ name }) => name);
  const words = names.map((name, index) => [name, { prefix: fields[index]?.prefix, desc: fields[index]?.description }]);
  const made = { signature: signature.toString(), instructions, fields: Object.fromEntries(words) };
  return { name: target, args: [made], options };
}

/** Inputs as Python's values: a whole number in a field of floats is a float there. */
function inputsOf({ signature, inputs }: RemoteRequest): object {
  const types = new Map(signature.inputs.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toPython(value, types.get(name))]));
}

function settingsOf({ adapter, lmCapabilities = {} }: ProgramSettings) {
  return {
    lm: { capabilities: capabilitiesOf(lmCapabilities) },
    ...(adapter === undefined ? {} : { adapter: adapter.adapterName }),
  };
}

function capabilitiesOf({ jsonMode, responseSchema, functionCalling, reasoning }: LmCapabilities): readonly string[] {
  const said = { json: jsonMode, schema: responseSchema, tools: functionCalling, reasoning };
  return Object.entries(said).flatMap(([name, can]) => (can === true ? [name] : []));
}

/** Answers what Python asks of its host: the program's own language model. */
async function serve(
  { kind, name, input }: HostAsk,
  { complete, settings, modulePath }: RemoteContext,
): Promise<unknown> {
  if (kind !== "lm") throw askUnknown(modulePath, kind, name);
  // Python's BridgeLM wrote it: `lm.py`.
  const { messages, options, rolloutId = settings.rolloutId } = input as LmRequest;
  return complete({
    messages,
    // As for predictors of this side: the run's settings go over what the program says, or under it.
    options: { ...settings.lmBase, ...options, ...settings.lm },
    ...(rolloutId === undefined ? {} : { rolloutId }),
  });
}

function askUnknown(path: string, kind: string, name: string): BaseError {
  return new BaseError(
    "PYTHON_REQUEST_UNKNOWN",
    `\`${path}\` asked its host for ${kind} "${name}". A program in Python may ask for its language model and nothing else.`,
    { details: { path, kind, name } },
  );
}
