// The ports of a run that is streamed: those of the run, and the stream's own ears beside them.
// Knows nothing of who takes the parts.
import type { RequestUsage, UsageSink } from "./ports.ts";
import type { ProgramPorts } from "./program-ports.ts";
import type { StreamedRun, StreamOptions } from "./program-stream.ts";
import { statusObserver, toolStatusObserver } from "./status-messages.ts";

/** Ports that also tell the stream. */
export function streamPorts<Ports extends Omit<ProgramPorts, "lm">>(
  ports: Ports,
  { parts, usage }: Pick<StreamedRun, "parts" | "usage">,
  { status }: StreamOptions,
): Ports {
  const say = (message: string, path: string): void => parts.onStatus(message, path);
  const own =
    status === undefined ? toolStatusObserver(say) : status === "off" ? undefined : statusObserver(status, say);
  const observers = own === undefined ? ports.observers : [...(ports.observers ?? []), own];
  return {
    ...ports,
    parts,
    usage: ports.usage === undefined ? usage : bothOf(usage, ports.usage),
    ...(observers === undefined ? {} : { observers }),
  };
}

function bothOf(one: UsageSink, other: UsageSink): UsageSink {
  return {
    add(cost: RequestUsage) {
      one.add(cost);
      other.add(cost);
    },
  };
}
