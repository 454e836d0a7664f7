// The LM port of calls that are not recorded.
// Knows nothing of journals.
import type { LmPort, RequestUsage } from "../programs/index.ts";
import type { LmAnswer, LmRoute } from "./lm-route.ts";

/** Asks the pool of a route, or of the model that the request's settings name. */
export function plainLm(own: LmRoute): LmPort {
  return async (request, context) => {
    const { model, account } = context;
    const route = model === undefined ? own : await own.other(model);
    const answer = await route.complete(request, route.identify(request).identity, context);
    account?.(accountOf(route, answer));
    return answer.response;
  };
}

/** An answer that somebody else paid for costs nothing. */
function accountOf({ lmName }: LmRoute, { from, response, costUsd }: LmAnswer): RequestUsage | "nothing" {
  return from === "provider" ? { model: lmName, usage: response.usage, costUsd } : "nothing";
}
