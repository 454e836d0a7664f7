// The pools of Python workers of one runtime: found by name, started with the first call.
// Knows nothing of what is called.
import { join } from "node:path";
import type {
  PoolCallOptions,
  PoolSession,
  PoolStatus,
  PoolStreamOptions,
  SessionOptions,
  StartedStream,
} from "../bridge/index.ts";
import { BaseError, type Clock, nearest } from "../runtime/base/index.ts";
import { type ActorRef, type ActorSystem, child, startChild } from "../runtime/index.ts";
import type { AppBus } from "./events.ts";
import { choosePool, type PythonNeeds } from "./python-choice.ts";
import { hasInterpreter } from "./python-interpreter.ts";
import { GENERAL, type PythonSettings } from "./python-options.ts";
import { createPythonPool, type PythonPoolBehaviour } from "./python-pool.ts";
import { type DynamicSupervisor, living, untilSettled } from "./supervisors.ts";

/** Name of the dynamic supervisor under which the pools live. */
export const PYTHON_POOLS = "python-pools";

// The pool keeps the deadline of queue and call, and says which of them was late.
const POOL_CALL = { timeoutMs: Number.POSITIVE_INFINITY };

/** What pools are made with. */
export interface PythonPoolsParts {
  readonly system: ActorSystem;
  readonly bus: AppBus;
  readonly settings: PythonSettings;
  readonly runId: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A runtime's pools. */
export class PythonPools {
  readonly #parts: PythonPoolsParts;
  readonly #handlers = new Map<string, ReadonlySet<string>>();
  #finding = new Map<string, Promise<ActorRef<PythonPoolBehaviour>>>();

  constructor(parts: PythonPoolsParts) {
    this.#parts = parts;
  }

  get clock(): Clock {
    return this.#parts.system.clock;
  }

  /** Calls a handler on a worker of a pool. Rejects with PYTHON_MISSING, PYTHON_POOL_UNKNOWN and what the pool rejects with. */
  async run(poolName: string, handler: string, input: unknown, options: PoolCallOptions): Promise<unknown> {
    const pool = await this.#find(poolName);
    return pool.call("run", { handler, input, options }, POOL_CALL);
  }

  /** Begins a stream on a worker of a pool. Rejects as `run` does. */
  async stream(poolName: string, handler: string, input: unknown, options: PoolStreamOptions): Promise<StartedStream> {
    const pool = await this.#find(poolName);
    return pool.call("stream", { handler, input, options }, POOL_CALL);
  }

  /** Gives a worker of a pool to one caller for a while. Rejects with PYTHON_MISSING, PYTHON_POOL_UNKNOWN and what the pool rejects with. */
  async checkout(poolName: string, options: SessionOptions): Promise<PoolSession> {
    const pool = await this.#find(poolName);
    return pool.call("checkout", options, POOL_CALL);
  }

  /** How a pool is doing; a pool that nobody has called has no workers. */
  async status(poolName: string): Promise<PoolStatus> {
    const { handlers: _handlers, ...status } = await (await this.#find(poolName)).call("status");
    return status;
  }

  /** Whether a pool could run this: it has it registered, or, where none of its workers has been started yet, its interpreter is there. */
  mayRun(poolName: string, name: string): boolean {
    const known = this.#handlers.get(poolName);
    if (known !== undefined) return known.has(name);
    return this.#isNamed(poolName) && this.#hasInterpreter(poolName);
  }

  /** A pool's own name where the settings have it, else the general one's. */
  nameFor(poolName: string): string {
    return this.#isNamed(poolName) ? poolName : GENERAL;
  }

  /** The pool for what a call needs. Throws PYTHON_NEEDS_UNMET. */
  choose(needs: PythonNeeds): string {
    return choosePool(needs, this.#parts.settings.pools);
  }

  /** Forgets which worker of a pool a key's calls go to, and the state that they left there. */
  async forget(poolName: string, key: string): Promise<void> {
    await (await this.#find(poolName)).call("forget", key);
  }

  /** Notes what a pool's workers have registered. */
  async learn(poolName: string): Promise<void> {
    const { handlers } = await (await this.#find(poolName)).call("status");
    if (handlers !== undefined) this.#handlers.set(poolName, new Set(handlers));
  }

  #isNamed(poolName: string): boolean {
    return poolName === GENERAL || Object.hasOwn(this.#parts.settings.pools ?? {}, poolName);
  }

  #interpreterOf(poolName: string): string {
    const { settings, env } = this.#parts;
    const own = settings.pools?.[poolName]?.interpreter ?? settings.interpreter ?? env["DSPEX_PYTHON"];
    return own ?? join(".dspex", "python", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  }

  #hasInterpreter(poolName: string): boolean {
    const { settings, env } = this.#parts;
    return hasInterpreter(this.#interpreterOf(poolName), { ...env, ...settings.pools?.[poolName]?.env });
  }

  async #find(poolName: string): Promise<ActorRef<PythonPoolBehaviour>> {
    const found = this.#parts.system.whereis<PythonPoolBehaviour>(nameOf(poolName));
    if (found !== undefined) return found;
    let finding = this.#finding.get(poolName);
    if (finding === undefined) {
      finding = this.#start(poolName).finally(() => this.#finding.delete(poolName));
      this.#finding.set(poolName, finding);
    }
    return finding;
  }

  /** Waits while the pool is being restarted, and starts it anew where its supervisor was, which forgets its children. */
  async #start(poolName: string): Promise<ActorRef<PythonPoolBehaviour>> {
    const { system, settings, ...parts } = this.#parts;
    const pools = settings.pools ?? {};
    const options = Object.hasOwn(pools, poolName) ? pools[poolName] : poolName === GENERAL ? {} : undefined;
    if (options === undefined) throw poolUnknown(poolName, [GENERAL, ...Object.keys(pools)]);
    const interpreter = this.#interpreterOf(poolName);
    if (!this.#hasInterpreter(poolName)) throw pythonMissing(interpreter);
    for (;;) {
      const supervisor = await living<DynamicSupervisor>(system, PYTHON_POOLS);
      await untilSettled(supervisor);
      const found = system.whereis<PythonPoolBehaviour>(nameOf(poolName));
      if (found !== undefined) return found;
      const behaviour = createPythonPool({ ...parts, poolName, interpreter, options });
      await startChild(supervisor, child(poolName, behaviour, undefined, { name: nameOf(poolName) }));
    }
  }
}

function nameOf(poolName: string): string {
  return `python ${poolName}`;
}

function pythonMissing(interpreter: string): BaseError {
  return new BaseError(
    "PYTHON_MISSING",
    `There is no Python ${/[/\\]/.test(interpreter) ? `at ${interpreter}` : `called ${interpreter} in PATH`}. \`dspex python setup\` makes an environment (\`npm run python:setup\` in a clone); or name an interpreter: createRuntime({ python: { interpreter } }), or the variable DSPEX_PYTHON.`,
    { details: { interpreter } },
  );
}

function poolUnknown(poolName: string, known: readonly string[]): BaseError {
  // Whoever has no compiler names pools by anything.
  const near = nearest(String(poolName), known);
  return new BaseError(
    "PYTHON_POOL_UNKNOWN",
    `There is no pool of Python workers called "${poolName}".${near === undefined ? "" : ` Did you mean "${near}"?`} There are ${[...new Set(known)].join(", ")}; createRuntime({ python: { pools } }) names them.`,
    { details: { poolName, known } },
  );
}
