// Children that write down when they start and terminate, for traces like `I(a) T(b,shutdown)`.
// Knows nothing of which trace is expected.
import {
  type AnyActorRef,
  type ChildOptions,
  type ChildSpec,
  child,
  createBus,
  createSystem,
  defineActor,
  describeReason,
  type ExitReason,
  exit,
  type RuntimeEvent,
  reply,
  type SupervisorRef,
  stop,
  whichChildren,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

export interface TracedOptions {
  readonly trapExit?: boolean;
  /** `terminate` never returns. */
  readonly hangs?: boolean;
}

/** A workshop for one test: a system on a manual clock, a trace, and children that fail to start as often as told. */
export function createWorkshop() {
  const clock = createManualClock();
  const bus = createBus<RuntimeEvent>({ clock });
  const system = createSystem({ name: "test", clock, bus });
  const trace: string[] = [];
  const failures = new Map<string, number>();

  const traced = (id: string, { trapExit = true, hangs = false }: TracedOptions = {}) =>
    defineActor({
      behaviourName: id,
      init: (_: void) => {
        const left = failures.get(id) ?? 0;
        if (left > 0) {
          failures.set(id, left - 1);
          trace.push(`F(${id})`);
          return stop({ exit: "nope" });
        }
        trace.push(`I(${id})`);
        return 0;
      },
      handleCall: { ping: (state) => reply("pong", state) },
      handleCast: {
        crash: (): number => {
          throw new Error(`${id} crashed`);
        },
        leave: (_state, reason: ExitReason) => exit(reason),
      },
      terminate: (reason) => {
        trace.push(`T(${id},${describeReason(reason)})`);
        return hangs ? new Promise<void>(() => {}) : undefined;
      },
      trapExit,
    });

  const spec = (id: string, options: ChildOptions & TracedOptions = {}): ChildSpec<ReturnType<typeof traced>> => {
    const { trapExit, hangs, ...rest } = options;
    return child(
      id,
      traced(id, { ...(trapExit === undefined ? {} : { trapExit }), ...(hangs === undefined ? {} : { hangs }) }),
      undefined,
      rest,
    );
  };

  /** The trace since the last reading. */
  const took = (): string => trace.splice(0).join(" ");

  const refOf = async (supervisor: SupervisorRef, id: string): Promise<AnyActorRef> => {
    const view = (await whichChildren(supervisor)).find((candidate) => candidate.id === id);
    if (view?.ref === undefined) throw new Error(`expected child ${id} to run, found ${view?.status ?? "nothing"}`);
    return view.ref;
  };

  const kill = async (supervisor: SupervisorRef, id: string): Promise<void> => {
    (await refOf(supervisor, id)).kill();
    await clock.settle();
  };

  const types: string[] = [];
  bus.on("runtime.#", (event) => types.push(event.type));

  return { clock, bus, system, trace, took, failures, traced, spec, refOf, kill, types };
}
