// Makes a system of actors, with a name where it is given none.
// Knows nothing of what a system does.
import type { ActorSystem } from "./actor-system.ts";
import { type AnyEvent, newId } from "./base/index.ts";
import type { RuntimeEvent } from "./events.ts";
import { System, type SystemOptions } from "./system.ts";

/**
 * Makes a system of actors.
 *
 * Actors run in this thread, one message each in turn. Nothing runs and no timer is kept while there is nothing to do.
 * @throws BUS_FOREIGN for a bus that `createBus` did not make.
 * @example
 * await using system = createSystem({ name: "demo" });
 * const ref = await system.spawn(counter, 10);
 */
export function createSystem<Events extends AnyEvent = RuntimeEvent>(options: SystemOptions<Events> = {}): ActorSystem {
  return new System(options.name ?? newId("system"), options);
}
