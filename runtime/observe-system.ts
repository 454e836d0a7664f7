// A system looked at every so often, as an async iterable.
// Knows nothing of how trees are built.
import type { Timer } from "./base/index.ts";
import type { Cell } from "./cell.ts";
import type { Kernel } from "./kernel.ts";
import { treeOf } from "./system-tree.ts";
import type { ObserveOptions, SystemView } from "./system-view.ts";

/** The system as it is now. */
function viewOf(kernel: Kernel<Cell>): SystemView {
  let waiting = 0;
  let handled = 0;
  for (const cell of kernel.cells) {
    waiting += cell.waiting;
    handled += cell.handledCount;
  }
  return {
    at: kernel.clock.wallMs(),
    system: kernel.systemName,
    actors: kernel.cells.size,
    waiting,
    handled,
    tree: treeOf(kernel.cells),
  };
}

/** A view at once and then one every `everyMs`, until the system has stopped or the loop is left. Waiting for one keeps no process alive. */
export async function* observe(
  kernel: Kernel<Cell>,
  { everyMs = 1000, signal }: ObserveOptions,
): AsyncGenerator<SystemView, void, undefined> {
  while (kernel.status !== "stopped" && !signal?.aborted) {
    yield viewOf(kernel);
    await pause(kernel, everyMs, signal);
  }
}

function pause(kernel: Kernel<Cell>, everyMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let timer: Timer | undefined;
    const done = (): void => {
      timer?.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    signal?.addEventListener("abort", done, { once: true });
    timer = kernel.clock.setTimer(everyMs, done);
  });
}
