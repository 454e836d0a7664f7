// Supervisors and child specs on our kernel, made from a scenario's data; the twin of conformance_actor.erl.
// Must not know which steps are taken.
import {
  type AnyChildSpec,
  dynamicSupervisor,
  type Self,
  type SupervisorOptions,
  startOf,
  supervisor,
} from "../../runtime/index.ts";
import type { ActorSpec } from "./scenario.ts";
import { workerOf } from "./worker.ts";
import { startOptionsOf } from "./worker-acts.ts";
import type { World } from "./world.ts";

/** The behaviour of a supervisor. @throws what the kernel says of faulty options */
export function supervisorOf(world: World, spec: ActorSpec) {
  if (spec.dynamic !== undefined) {
    const made = dynamicSupervisor({ ...given(spec, "intensity"), ...given(spec, "maxChildren"), ...periodOf(spec) });
    return {
      ...made,
      init: (args: undefined, self: Self) => {
        world.begin(spec.id, self.ref);
        world.markDynamic(self.ref);
        return made.init(args, self);
      },
    };
  }
  const made = supervisor(supervisorOptionsOf(world, spec));
  return {
    ...made,
    init: (args: undefined, self: Self) => {
      world.begin(spec.id, self.ref);
      return made.init(args, self);
    },
  };
}

/** A static supervisor's options, with what the data says and nothing else. */
export function supervisorOptionsOf(world: World, spec: ActorSpec): SupervisorOptions {
  const options: Record<string, unknown> = {
    ...given(spec, "strategy"),
    ...given(spec, "intensity"),
    ...given(spec, "autoShutdown"),
    ...periodOf(spec),
    children: (spec.children ?? []).map((child) => childSpecOf(world, child)),
  };
  // A scenario may say what the compiler would not let through: that is what some of them are about.
  return options as unknown as SupervisorOptions;
}

/** A child's spec, with what the data says and nothing else. */
export function childSpecOf(world: World, spec: ActorSpec, template: Partial<ActorSpec> = {}): AnyChildSpec {
  const all = { ...template, ...spec };
  const said = {
    ...given(all, "restart"),
    ...given(all, "shutdown"),
    ...given(all, "significant"),
    ...(spec.children === undefined ? {} : { type: "supervisor" }),
    ...given(all, "type"),
    ...given(all, "unknown"),
  };
  const start = () =>
    spec.children === undefined
      ? startOf(workerOf(world, spec), undefined, { ...startOptionsOf(world, spec), ...given(spec, "extra") })
      : startOf(supervisorOf(world, spec));
  // As above: faulty fields are let through to the kernel.
  return { id: spec.id, start, ...said } as unknown as AnyChildSpec;
}

function given(spec: Partial<ActorSpec>, field: keyof ActorSpec): object {
  return spec[field] === undefined ? {} : { [field]: spec[field] };
}

function periodOf({ period }: ActorSpec): object {
  if (period === undefined) return {};
  return { periodMs: typeof period === "number" ? period * 1000 : period };
}
