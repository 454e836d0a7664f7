// Names behaviours by module and export, so that they can be started where no closure can go.
// Knows nothing of hosts, or of how a module is loaded.
import type { AnyBehaviour } from "../actor-ref.ts";
import { hostMismatched } from "./host-errors.ts";

/** The behaviours among a module's exports. */
export type HostedBehaviours<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyBehaviour ? Name : never]: Module[Name];
};

/** Where a hosted behaviour is to be found. */
export interface HostedSource {
  readonly url: string;
  readonly exportName: string;
}

const sources = new WeakMap<AnyBehaviour, HostedSource>();
const LOADABLE = ["file:", "data:", "node:"];

/**
 * The behaviours that a module exports, by name and type, without loading it here: for `spawn` and `child` with the option `host`.
 *
 * The module is loaded in each host that runs one of them, once. Whether it has such an export is found out there: a spawn rejects with
 * START_FAILED, whose cause is HOST_MODULE_INVALID.
 * @throws HOST_MISMATCHED for anything but a URL, or a text of one, of a file or of data.
 * @example
 * const { counter } = hostedModule<typeof import("./counter.ts")>(new URL("./counter.ts", import.meta.url));
 * const ref = await system.spawn(counter, 10, { host: "threads" });
 */
export function hostedModule<Module>(url: URL | string): HostedBehaviours<Module> {
  const checked = checkModuleUrl(url);
  const made = new Map<string, AnyBehaviour>();
  const named = (exportName: string): AnyBehaviour => {
    let behaviour = made.get(exportName);
    if (behaviour === undefined) {
      behaviour = placeholder({ url: checked, exportName });
      made.set(exportName, behaviour);
    }
    return behaviour;
  };
  // What each export is, the type says; here they are names.
  return new Proxy(
    {},
    { get: (_, name) => (typeof name === "string" ? named(name) : undefined) },
  ) as HostedBehaviours<Module>;
}

/** Where a behaviour is to be found; undefined for one that is no name of another. */
export function hostedSourceOf(behaviour: AnyBehaviour): HostedSource | undefined {
  return sources.get(behaviour);
}

function checkModuleUrl(url: unknown): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text === "string" && URL.canParse(text) && LOADABLE.includes(new URL(text).protocol)) return text;
  throw hostMismatched(
    `Expected the module of a hosted actor as a file: or data: URL, found ${String(url)}. Write new URL("…", import.meta.url), its path in place of the dots, or import.meta.resolve("package").`,
    { url: String(url) },
  );
}

function placeholder(source: HostedSource): AnyBehaviour {
  const behaviour: AnyBehaviour = Object.freeze({
    behaviourName: source.exportName,
    kind: "worker" as const,
    trapExit: false,
    handleCall: {},
    handleCast: {},
    init: () => {
      throw hostMismatched(
        `Expected behaviour "${source.exportName}" of ${source.url} to be started with the option host, because hostedModule only names it. Give it a host, or import the behaviour itself to run it here.`,
        { ...source },
      );
    },
  });
  sources.set(behaviour, source);
  return behaviour;
}
