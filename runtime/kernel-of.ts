// The kernel behind a system, for parts that are built on both.
// Knows nothing of what they do with it.
import type { ActorSystem } from "./actor-system.ts";
import { BaseError } from "./base/index.ts";
import type { Cell } from "./cell.ts";
import { CellRef } from "./cell-ref.ts";
import type { Kernel } from "./kernel.ts";
import type { Self } from "./self.ts";

const kernels = new WeakMap<ActorSystem, Kernel<Cell>>();

/** Says once, when a system is made, which kernel it stands on. */
export function rememberKernel(system: ActorSystem, kernel: Kernel<Cell>): void {
  kernels.set(system, kernel);
}

/** The kernel of a system made by `createSystem`. @throws SYSTEM_FOREIGN */
export function kernelOf(system: ActorSystem): Kernel<Cell> {
  const kernel = kernels.get(system);
  if (kernel !== undefined) return kernel;
  throw new BaseError("SYSTEM_FOREIGN", "Expected a system made by createSystem, found something else.");
}

/** Who asks for work to be done: an actor, by its `self`, or a system where no actor asks. */
export interface Origin {
  readonly kernel: Kernel<Cell>;
  /** Undefined where no actor asks, or a test's `self` stands for one. */
  readonly owner: Cell | undefined;
}

/** @throws SYSTEM_FOREIGN */
export function toOrigin(from: Self | ActorSystem): Origin {
  if (!("ref" in from)) return { kernel: kernelOf(from), owner: undefined };
  const kernel = kernelOf(from.system);
  const cell = CellRef.cellOf(from.ref);
  return { kernel, owner: cell?.kernel === kernel ? cell : undefined };
}
