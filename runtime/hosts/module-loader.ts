// Loads the modules of hosted actors, each once, and finds the behaviours in them.
// Knows nothing of actors: it runs inside a host.
import type { AnyBehaviour } from "../actor-ref.ts";
import { nearest } from "../base/index.ts";
import { hostModuleInvalid } from "./host-errors.ts";
import type { HostedSource } from "./hosted-module.ts";
import { loadModule } from "./load-module.ts";

/** Behaviours by module and export. */
export class ModuleLoader {
  readonly #loaded = new Map<string, AnyBehaviour>();

  /** A behaviour whose module has been loaded before. */
  loaded(source: HostedSource): AnyBehaviour | undefined {
    return this.#loaded.get(keyOf(source));
  }

  /** Loads a behaviour's module. Rejects with HOST_MODULE_INVALID. */
  async load(source: HostedSource): Promise<AnyBehaviour> {
    const { url, exportName } = source;
    const module = await imported(source);
    const found = module[exportName];
    if (!isBehaviour(found)) throw notThere(source, module, found);
    const behaviour = named(found, exportName);
    this.#loaded.set(keyOf({ url, exportName }), behaviour);
    return behaviour;
  }
}

/** One that says no name of its own is called after its export. */
function named(behaviour: AnyBehaviour & { readonly behaviourName?: string }, exportName: string): AnyBehaviour {
  const { behaviourName = "actor" } = behaviour;
  return behaviourName === "actor" ? Object.freeze({ ...behaviour, behaviourName: exportName }) : behaviour;
}

function keyOf({ url, exportName }: HostedSource): string {
  return `${exportName} ${url}`;
}

async function imported({ url, exportName }: HostedSource): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await loadModule(url);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw hostModuleInvalid(
      `Expected the module of a hosted actor at ${url} to load, but it did not: ${said}`,
      url,
      exportName,
      error,
    );
  }
}

function isBehaviour(value: unknown): value is AnyBehaviour {
  return (
    typeof value === "object" &&
    value !== null &&
    "init" in value &&
    typeof value.init === "function" &&
    "handleCall" in value &&
    "handleCast" in value
  );
}

function notThere({ url, exportName }: HostedSource, module: object, found: unknown): Error {
  const names = Object.keys(module);
  const near = found === undefined ? nearest(exportName, names) : undefined;
  const came = found === undefined ? "no such export" : `a ${typeof found} that defineActor did not make`;
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return hostModuleInvalid(
    `Expected ${url} to export a behaviour "${exportName}", found ${came}.${hint} It exports ${names.join(", ") || "nothing"}.`,
    url,
    exportName,
  );
}
