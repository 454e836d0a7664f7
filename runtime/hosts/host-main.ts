// What runs in every host: a system of its own, and the host's end of the wire.
// Knows nothing of threads or processes: how batches go out is given to it.
import { systemClock } from "../base/index.ts";
import { toOrigin } from "../kernel-of.ts";
import { System } from "../system.ts";
import { HostEnd } from "./host-end.ts";
import { onLoading } from "./load-module.ts";
import type { Post } from "./outbox.ts";

/** What a host is told at its start. */
export interface HostMainOptions {
  readonly hostName: string;
  readonly sharesMemory: boolean;
  readonly drainMs: number;
  readonly post: Post;
  /** Ends the thread or process. */
  readonly exit: () => void;
}

/** Makes a host's system and its end of the wire. */
export function startHost({ hostName, sharesMemory, drainMs, post, exit }: HostMainOptions): HostEnd {
  const system = new System(hostName, { clock: systemClock });
  const { kernel } = toOrigin(system);
  const onEnd = (): void => {
    // Whatever its last actors do, the thread is to end: the other side waits for it.
    void system.stop({ timeoutMs: drainMs }).finally(exit);
  };
  const end = new HostEnd(kernel, hostName, sharesMemory, post, onEnd);
  onLoading((isLoading) => end.sayLoading(isLoading));
  return end;
}
