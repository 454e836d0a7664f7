// How the actors of the application's tree are found by name, over their restarts.
// Knows nothing of what they do.
import { BaseError } from "../runtime/base/index.ts";
import {
  type ActorRef,
  type ActorSystem,
  type AnyBehaviour,
  countChildren,
  type dynamicSupervisor,
  type supervisor,
} from "../runtime/index.ts";

/** The behaviour of a supervisor with a fixed order of children. */
export type StaticSupervisor = ReturnType<typeof supervisor>;
/** The behaviour of a supervisor whose children come and go. */
export type DynamicSupervisor = ReturnType<typeof dynamicSupervisor>;

/** Name of the application's top supervisor. */
export const APPLICATION = "application";

/** The living actor of this name directly under the application; waits while it is between two incarnations. Rejects with RUNTIME_STOPPED. */
export async function living<B extends AnyBehaviour>(system: ActorSystem, name: string): Promise<ActorRef<B>> {
  for (;;) {
    const found = system.whereis<B>(name);
    if (found !== undefined) return found;
    const application = system.whereis<StaticSupervisor>(APPLICATION);
    if (application === undefined) throw runtimeStopped(name);
    await untilSettled(application);
  }
}

/** Waits until a supervisor has dealt with what befell its children so far, or is down itself. */
export async function untilSettled(
  supervisor: ActorRef<StaticSupervisor> | ActorRef<DynamicSupervisor>,
): Promise<void> {
  try {
    // It answers behind the exits that it has still to handle: afterwards the successors are there.
    await countChildren(supervisor);
  } catch (error) {
    ignoreDown(error);
  }
}

/** Lets pass that the actor asked was down: what was wanted of it is the case, or is found out by the next look. */
export function ignoreDown(error: unknown): void {
  if (!(error instanceof BaseError)) throw error;
}

function runtimeStopped(name: string): BaseError {
  return new BaseError("RUNTIME_STOPPED", `The runtime has stopped: its ${name} is gone. Create another runtime.`, {
    details: { actor: name },
  });
}
