// Which adapters are ours: what their answers hold is read by the signature already.
// Knows no adapter.
import type { Adapter } from "./adapter.ts";

/** By `prepare`, which copies with other settings share, and which somebody's own adapter brings itself. */
const ours = new WeakSet<Adapter["prepare"]>();

/** The same adapter, known as one of ours. */
export function builtIn(adapter: Adapter): Adapter {
  ours.add(adapter.prepare);
  return adapter;
}

/** Whether an adapter is one of ours. */
export function isBuiltIn(adapter: Adapter): boolean {
  return ours.has(adapter.prepare);
}
