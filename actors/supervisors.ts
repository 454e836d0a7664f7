// The supervisors of the application's tree by type, and how one is found by name.
import { BaseError } from "../runtime/base/index.ts";
import type { ActorRef, ActorSystem, dynamicSupervisor, supervisor } from "../runtime/index.ts";

/** The behaviour of a supervisor with a fixed order of children. */
export type StaticSupervisor = ReturnType<typeof supervisor>;
/** The behaviour of a supervisor whose children come and go. */
export type DynamicSupervisor = ReturnType<typeof dynamicSupervisor>;

/** The living dynamic supervisor of this name. @throws RUNTIME_STOPPED */
export function findDynamic(system: ActorSystem, name: string): ActorRef<DynamicSupervisor> {
  const found = system.whereis<DynamicSupervisor>(name);
  if (found !== undefined) return found;
  throw new BaseError(
    "RUNTIME_STOPPED",
    `The runtime has stopped: its supervisor of ${name} is gone. Create another runtime.`,
    {
      details: { supervisor: name },
    },
  );
}
