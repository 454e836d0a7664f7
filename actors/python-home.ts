// The model that registered handlers ask: that of the runtime, or of the scope of it that their caller holds.
// Knows nothing of pools, frames or programs.
import type { LmRequest } from "../programs/index.ts";
import type { HomeModel } from "./host-tools.ts";
import type { LmRoutes } from "./lm-route.ts";
import { plainLm } from "./plain-lm.ts";
import { programSettings } from "./program-settings.ts";
import { capabilitiesOf } from "./python-remote.ts";
import type { GatheredSettings } from "./scope-settings.ts";
import { withoutTags } from "./without-tags.ts";

/** Makes the model of handlers: the pool's limits, budget and cache hold for what they ask, and the scope's options go over it. */
export function pythonHome(scope: GatheredSettings, routes: LmRoutes): HomeModel {
  // Looked at when a handler asks: what is wrong with a model is told to whoever asks it.
  const found = () => programSettings(scope, routes);
  return {
    capabilities: () => capabilitiesOf(found().settings.lmCapabilities ?? {}),
    async complete({ input, signal }) {
      const { settings, watching } = found();
      // Python's BridgeLM wrote it: `lm.py`.
      const { messages, options, rolloutId } = withoutTags(input) as LmRequest;
      const ask = plainLm(await routes.to(scope.lm));
      return ask(
        {
          messages,
          options: { ...options, ...settings.lm },
          ...(rolloutId === undefined ? {} : { rolloutId }),
        },
        {
          modulePath: "handler",
          signal,
          account: (cost) => {
            if (cost !== "nothing") watching.usage?.add(cost);
          },
        },
      );
    },
  };
}
