// Keeps one supervised pool per provider and model, started with the first program that asks for it.
// Knows nothing of what is asked of the models.
import {
  inContextLm,
  type LmCall,
  type LmProvider,
  lmNotConfigured,
  namedRequest,
  resolveProvider,
} from "../lm/index.ts";
import type { ModelChoice } from "../programs/index.ts";
import type { ActorRef, ActorSystem } from "../runtime/index.ts";
import { callKey } from "./call-key.ts";
import type { LmPoolBehaviour } from "./lm-pool.ts";
import type { LmRoute, LmRoutes } from "./lm-route.ts";
import { type DynamicSupervisor, living, untilSettled } from "./supervisors.ts";

/** Name of the dynamic supervisor under which pools live. */
export const POOLS = "lm-pools";

// The pool keeps the deadline of queue and call together, and says which of them was late.
const POOL_CALL = { timeoutMs: Number.POSITIVE_INFINITY };

/** What routes are made with. */
export interface LmRoutesParts {
  readonly system: ActorSystem;
  readonly defaultLm: string | LmProvider | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly callKeyHeader: string | undefined;
  /** Starts a provider's pool, supervised and under this name. */
  readonly startPool: (poolName: string, provider: LmProvider) => Promise<void>;
}

/** The routes of one runtime. */
export function lmRoutes(parts: LmRoutesParts): LmRoutes {
  // By the object: two clients of one model may differ in key and headers, which no identity tells.
  const routes = new WeakMap<LmProvider, Promise<LmRoute>>();
  const named = new Map<string, LmProvider>();
  let opened = 0;
  const providerOf = (lmName: string): LmProvider => {
    const known = named.get(lmName);
    if (known !== undefined) return known;
    const provider = lmName === "local/in-context" ? inContextLm() : resolveProvider(lmName, { env: parts.env });
    named.set(lmName, provider);
    return provider;
  };
  const chosen = (model: ModelChoice | undefined): LmProvider => {
    const wanted = model ?? parts.defaultLm;
    if (wanted === undefined) throw lmNotConfigured();
    if (typeof wanted !== "string" && isProvider(wanted)) return wanted;
    const lmName = typeof wanted === "string" ? wanted : `${wanted.providerName}/${wanted.modelName}`;
    // A saved program that names the model which the runtime was given means that one, with its address and key.
    const { defaultLm } = parts;
    const isDefault = typeof defaultLm === "object" && `${defaultLm.providerName}/${defaultLm.modelName}` === lmName;
    return isDefault ? defaultLm : providerOf(lmName);
  };
  const to = async (model: ModelChoice | undefined): Promise<LmRoute> => {
    const provider = chosen(model);
    const known = routes.get(provider);
    if (known !== undefined) return known;
    const route = openRoute(parts, provider, ++opened, to);
    routes.set(provider, route);
    // A pool that could not be started is tried again by the next who asks.
    route.catch(() => routes.delete(provider));
    return route;
  };
  return {
    to,
    capabilitiesOf(model) {
      try {
        return chosen(model).capabilities ?? {};
      } catch {
        // What is wrong with the model is told to whoever asks it.
        return {};
      }
    },
  };
}

function isProvider(model: Exclude<ModelChoice, string>): model is LmProvider {
  return "complete" in model && typeof model.complete === "function";
}

async function openRoute(
  parts: LmRoutesParts,
  provider: LmProvider,
  ordinal: number,
  other: LmRoute["other"],
): Promise<LmRoute> {
  const lmName = `${provider.providerName}/${provider.modelName}`;
  const poolName = `lm ${lmName} ${ordinal}`;
  const reach = poolFinder(parts, poolName, provider);
  await reach();
  const { system, callKeyHeader } = parts;
  return {
    provider,
    lmName,
    other,
    identify: (request) => namedRequest(provider, request),
    // Not an async function, which would put three turns of the microtask queue between the pool and its caller.
    complete(request, identity, { signal, deadlineAt, listener, workId }, place) {
      const call: LmCall = {
        request,
        identity,
        signal,
        ...(deadlineAt === undefined ? {} : { deadlineAt }),
        ...(listener === undefined ? {} : { listener }),
        ...(workId === undefined ? {} : { parentSpanId: workId }),
        ...(place === undefined || callKeyHeader === undefined ? {} : { headers: { [callKeyHeader]: callKey(place) } }),
      };
      const pool = system.whereis<LmPoolBehaviour>(poolName);
      if (pool !== undefined) return pool.call("complete", call, POOL_CALL);
      return reach().then((found) => found.call("complete", call, POOL_CALL));
    },
  };
}

/** Finds a pool's living actor: waits while it is being restarted, and starts it anew where its supervisor was, which forgets its children. */
function poolFinder({ system, startPool }: LmRoutesParts, poolName: string, provider: LmProvider) {
  let finding: Promise<ActorRef<LmPoolBehaviour>> | undefined;
  const find = async (): Promise<ActorRef<LmPoolBehaviour>> => {
    for (;;) {
      await untilSettled(await living<DynamicSupervisor>(system, POOLS));
      const found = system.whereis<LmPoolBehaviour>(poolName);
      if (found !== undefined) return found;
      await startPool(poolName, provider);
    }
  };
  return (): Promise<ActorRef<LmPoolBehaviour>> =>
    (finding ??= find().finally(() => {
      finding = undefined;
    }));
}
