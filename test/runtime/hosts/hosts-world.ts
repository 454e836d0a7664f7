// A system with two hosts, one for all tests of a file.
// Knows nothing of what is tested.
import { afterAll, beforeAll } from "vitest";
import { type ActorSystem, createSystem, type HostsBehaviour, hostedModule } from "../../../runtime/index.ts";
import { openInbox } from "./inbox.ts";

/** The address of the actors for the tests of hosts. */
export const address = new URL("./hosted-actors.ts", import.meta.url);
/** The same actors, by name. */
const actors = hostedModule<typeof import("./hosted-actors.ts")>(address);
export const { counter, echo, starter } = actors;
/** The pool's name. */
export const host = "hosts";

/** What the tests of one kind of host share. */
export interface HostsWorld {
  readonly kind: "thread" | "process";
  readonly system: () => ActorSystem;
}

/** Starts both hosts before the tests of this file, and stops them after. */
export function hostsWorld(kind: HostsWorld["kind"], newHosts: () => HostsBehaviour): HostsWorld {
  let system: ActorSystem;
  beforeAll(async () => {
    system = createSystem({ name: `${kind}-hosts` });
    await system.spawn(newHosts(), undefined, { name: host });
    // Both hosts up, and the module loaded in both.
    await Promise.all([system.spawn(counter, 0, { host }), system.spawn(counter, 0, { host })]);
  }, 120_000);
  afterAll(() => system.stop(), 60_000);
  return { kind, system: () => system };
}

/** A counter in a host. */
export function spawnCounter(system: ActorSystem, start = 0) {
  return system.spawn(counter, start, { host });
}

/** A watcher in a host, and the inbox that it tells. */
export async function spawnWatcher(system: ActorSystem) {
  const inbox = await openInbox(system);
  return { inbox, ref: await system.spawn(actors.watcher, inbox.ref, { host }) };
}
