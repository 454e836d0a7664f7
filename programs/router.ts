// Makes modules that run natively or in Python, whichever is decided when they run.
// Knows nothing of who keeps a record of decisions.
import { BaseError, type JsonObject, nearest } from "../runtime/base/index.ts";
import { type Checked, type InputsOfLike, type OutputsOfLike, type SignatureLike, toSignature } from "./predict.ts";
import { PythonModule } from "./python-module.ts";
import { Routed } from "./routed-module.ts";
import { decideRoute, type RouteDecision, type RouteSide, type RouteStrategy } from "./router-decision.ts";
import { BUILT_IN_ROUTES, type RouteRegistry } from "./router-registry.ts";
import { STRATEGIES, type StrategyName } from "./router-strategies.ts";
import type { Signature } from "./signature.ts";
import type { Tool } from "./tool.ts";

/** How a router decides. */
export interface RouterOptions {
  /** Entries beside those that come along; an entry of an operation that is there replaces it. */
  readonly native?: RouteRegistry["native"];
  readonly python?: RouteRegistry["python"];
  /** Default `native-first`. */
  readonly strategy?: StrategyName | RouteStrategy;
  /**
   * `safe`, the default: the other side runs where the chosen one never began, or where it failed and changes nothing outside. `never`: a failure is a failure.
   */
  readonly fallback?: "safe" | "never";
}

/** How one operation is routed. */
export interface RouteOptions {
  /** Capabilities without which it will not do. Default: none. */
  readonly needs?: readonly string[];
  /** Insists on a side. Default: the strategy decides. */
  readonly side?: RouteSide;
  /** What the implementation is made with besides its signature. */
  readonly arguments?: JsonObject;
  /** What it may call; no side without the capability `tools` is taken. Default: none. */
  readonly tools?: readonly Tool[];
}

/** Two registries and a strategy. Immutable. */
export class Router {
  readonly registry: RouteRegistry;
  readonly strategy: RouteStrategy;
  readonly fallback: "safe" | "never";

  /** `createRouter(…)` is the way to make one. */
  constructor(registry: RouteRegistry, strategy: RouteStrategy, fallback: "safe" | "never") {
    this.registry = registry;
    this.strategy = strategy;
    this.fallback = fallback;
  }

  /** The operations that either side has something for. */
  get operations(): readonly string[] {
    return [...new Set([...Object.keys(this.registry.native), ...Object.keys(this.registry.python)])];
  }

  /**
   * Makes the module of an operation: `router.module("chainOfThought", "question -> answer")`.
   *
   * Where it runs is decided each time it runs, since Python may come and go. Throws ROUTE_UNKNOWN for an operation that neither side has, SIGNATURE_INVALID.
   */
  module<const Like extends SignatureLike>(
    operation: string,
    signature: Checked<Like>,
    options: RouteOptions = {},
  ): Routed<InputsOfLike<Like>, OutputsOfLike<Like>> {
    const made: Signature<InputsOfLike<Like>, OutputsOfLike<Like>> = toSignature(signature);
    const native = own(this.registry.native, operation);
    const python = own(this.registry.python, operation);
    if (native === undefined && python === undefined) throw this.#unknown(operation);
    const { tools = [], needs = [] } = options;
    const given = { arguments: options.arguments ?? {}, tools };
    return new Routed({
      operation,
      inputNames: made.inputs.map(({ name }) => name),
      needs: tools.length === 0 || needs.includes("tools") ? needs : [...needs, "tools"],
      ...(options.side === undefined ? {} : { side: options.side }),
      strategy: this.strategy,
      fallback: this.fallback,
      sides: { ...(native === undefined ? {} : { native }), ...(python === undefined ? {} : { python }) },
      modules: {
        ...(native === undefined ? {} : { native: native.make(made, given) }),
        ...(python === undefined
          ? {}
          : { python: new PythonModule(python.name, made, { arguments: given.arguments }) }),
      },
    });
  }

  /** What would be decided, and why, with these sides ready. Throws ROUTE_UNKNOWN. */
  explain(
    operation: string,
    options: Pick<RouteOptions, "needs" | "side"> & { readonly ready?: readonly RouteSide[] } = {},
  ): RouteDecision {
    const native = own(this.registry.native, operation);
    const python = own(this.registry.python, operation);
    if (native === undefined && python === undefined) throw this.#unknown(operation);
    const { needs = [], ready = ["native"], side } = options;
    const question = {
      operation,
      needs,
      ready,
      sides: { ...(native === undefined ? {} : { native }), ...(python === undefined ? {} : { python }) },
      ...(side === undefined ? {} : { side }),
    };
    return decideRoute(question, this.strategy);
  }

  #unknown(operation: string): BaseError {
    const { operations } = this;
    const near = nearest(operation, operations);
    const meant = near === undefined ? "" : ` Did you mean \`${near}\`?`;
    return new BaseError(
      "ROUTE_UNKNOWN",
      `Neither side has anything for \`${operation}\`.${meant} Known are ${operations.join(", ")}; name others in the router's \`native\` or \`python\`.`,
      { details: { operation, operations, ...(near === undefined ? {} : { nearest: near }) } },
    );
  }
}

/**
 * Makes a router. What comes along: natively `predict`, `chainOfThought`, `react`, `reactV2`; in Python `predict`, `chainOfThought`, `react`, `programOfThought`.
 * @example
 * const router = createRouter({ strategy: "hybrid" });
 * const answer = router.module("programOfThought", "question -> answer");
 */
export function createRouter(options: RouterOptions = {}): Router {
  const { native, python, strategy = "native-first", fallback = "safe" } = options;
  const registry: RouteRegistry = {
    native: { ...BUILT_IN_ROUTES.native, ...native },
    python: { ...BUILT_IN_ROUTES.python, ...python },
  };
  return new Router(registry, typeof strategy === "string" ? STRATEGIES[strategy] : strategy, fallback);
}

function own<Entry>(entries: Readonly<Record<string, Entry>>, operation: string): Entry | undefined {
  return Object.hasOwn(entries, operation) ? entries[operation] : undefined;
}
