// From what scopes set to what programs go by.
// Knows nothing of calls.
import type { ProgramPorts, ProgramSettings } from "../programs/index.ts";
import type { LmRoutes } from "./lm-route.ts";
import { usageOfAll } from "./run-scope.ts";
import type { GatheredSettings } from "./scope-settings.ts";

/** What a program's calls are run with. */
export interface CallSettings {
  readonly settings: ProgramSettings;
  readonly watching: Pick<ProgramPorts, "usage" | "observers">;
}

/** The settings of programs in this scope. What the model can do is what its provider says, unless the scope says otherwise. */
export function programSettings(gathered: GatheredSettings, routes: Pick<LmRoutes, "capabilitiesOf">): CallSettings {
  const { lm, lmOptions, lmCapabilities, adapter, compat, usages, observers } = gathered;
  return {
    settings: {
      lmCapabilities: lmCapabilities ?? routes.capabilitiesOf(lm),
      ...(adapter === undefined ? {} : { adapter }),
      ...(compat === undefined ? {} : { compat }),
      ...(lmOptions === undefined ? {} : { lm: lmOptions }),
      ...(lm === undefined ? {} : { model: lm }),
    },
    watching: {
      ...(usages.length === 0 ? {} : { usage: usageOfAll(usages) }),
      ...(observers.length === 0 ? {} : { observers }),
    },
  };
}
