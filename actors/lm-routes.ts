// Keeps one supervised pool per provider and model, started with the first program that asks for it.
// Knows nothing of what is asked of the models.
import { inContextLm, type LmProvider, lmNotConfigured, requestIdentity, resolveProvider } from "../lm/index.ts";
import { contentHash } from "../runtime/base/index.ts";
import type { ActorSystem } from "../runtime/index.ts";
import type { LmPoolBehaviour } from "./lm-pool.ts";
import type { LmRoute, LmRoutes } from "./lm-route.ts";

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
  const routes = new Map<string, Promise<LmRoute>>();
  const named = new Map<string, LmProvider>();
  const providerOf = (lmName: string): LmProvider => {
    const known = named.get(lmName);
    if (known !== undefined) return known;
    const provider = lmName === "local/in-context" ? inContextLm() : resolveProvider(lmName, { env: parts.env });
    named.set(lmName, provider);
    return provider;
  };
  return {
    async to(lm) {
      const wanted = lm ?? parts.defaultLm;
      if (wanted === undefined) throw lmNotConfigured();
      const provider = typeof wanted === "string" ? providerOf(wanted) : wanted;
      // Two clients of one model are one route only if nothing of them can change an answer.
      const key = contentHash(provider.identity);
      const known = routes.get(key);
      if (known !== undefined) return known;
      const route = openRoute(parts, provider, key);
      routes.set(key, route);
      // A pool that could not be started is tried again by the next who asks.
      route.catch(() => routes.delete(key));
      return route;
    },
  };
}

async function openRoute(parts: LmRoutesParts, provider: LmProvider, key: string): Promise<LmRoute> {
  const lmName = `${provider.providerName}/${provider.modelName}`;
  const poolName = `lm ${lmName} ${key.slice(0, 8)}`;
  await parts.startPool(poolName, provider);
  // By name, so that a restarted pool is found again.
  const pool = parts.system.named<LmPoolBehaviour>(poolName);
  const { callKeyHeader } = parts;
  return {
    provider,
    lmName,
    identify: (request) => requestIdentity(provider, request),
    complete: (request, identity, { signal, deadlineAt }, callKey) =>
      pool.call(
        "complete",
        {
          request,
          identity,
          signal,
          ...(deadlineAt === undefined ? {} : { deadlineAt }),
          ...(callKey === undefined || callKeyHeader === undefined ? {} : { headers: { [callKeyHeader]: callKey } }),
        },
        // The pool keeps the deadline of queue and call together, and says which of them was late.
        { timeoutMs: Number.POSITIVE_INFINITY },
      ),
  };
}
