// One of the soak's clients: does one random thing after another, and waits for how each ends.
// Knows nothing of what is made of the counts.
import type { Random } from "../../runtime/base/index.ts";
import { defineActor, terminateChild } from "../../runtime/index.ts";
import type { worker } from "./actors.ts";
import { type Population, poolName, workerName } from "./population.ts";
import type { Tally } from "./tally.ts";

/** What the soak is made to do wrong, to show that it is found out. */
export type SoakFault = "leak" | "lost-call" | "orphan" | "wrong-answer";

/** What a client works with. */
export interface ClientParts {
  readonly population: Population;
  readonly random: Random;
  readonly tally: Tally;
  readonly fault: SoakFault | undefined;
  /** Where a leak goes. */
  readonly leaked: unknown[];
}

type Act = (parts: ClientParts, at: number) => Promise<unknown> | undefined;

// The longest that anybody waits, so that a call that is never answered is not mistaken for a slow one.
const SHORT_MS = 2000;
const LEAK_BYTES = 4096;
const orphan = defineActor({ behaviourName: "orphan", init: (_: void) => 0 });

const acts = {
  call: ask((ref, value) => ref.call("echo", value, { timeoutMs: SHORT_MS })),
  slow: ask((ref, value) => ref.call("slow", value, { timeoutMs: SHORT_MS })),
  later: ask((ref, value, { random }) =>
    ref.call("later", { value, delayMs: random.randrange(20) }, { timeoutMs: random.randint(5, SHORT_MS) }),
  ),
  relay: ask((ref, value, { population, random }) =>
    ref.call("relay", { to: workerName(random.randrange(population.options.actors)), value }, { timeoutMs: SHORT_MS }),
  ),
  crashingCall: ask((ref) => ref.call("crash", undefined, { timeoutMs: SHORT_MS })),
  cast: tell((ref) => ref.cast("note")),
  crash: tell((ref) => ref.cast("crash")),
  leave: tell((ref) => ref.cast("leave")),
  kill: tell((ref) => ref.kill()),
  stop: request((ref) => ref.stop({ timeoutMs: SHORT_MS })),
  terminate: request((ref, { population }, at) => terminateChild(population.poolOf(at), ref)),
  killPool: ({ population }, at) => {
    population.system.whereis(poolName(at % population.options.pools))?.kill();
    return undefined;
  },
} satisfies Readonly<Record<string, Act>>;

// Out of 1000. A pool's end takes all of its workers along, for which it is rare.
const SHARES: readonly (readonly [name: keyof typeof acts, share: number])[] = [
  ["call", 500],
  ["slow", 80],
  ["later", 80],
  ["relay", 80],
  ["cast", 140],
  ["crashingCall", 20],
  ["crash", 20],
  ["leave", 20],
  ["kill", 20],
  ["stop", 20],
  ["terminate", 20],
];
const POOL_KILLS = { one: 1, in: 20_000 } as const;

/** Does one random thing; resolves once it is over. */
export async function act(parts: ClientParts): Promise<void> {
  const { population, random, tally, fault, leaked } = parts;
  const at = random.randrange(population.options.actors);
  misbehave(parts);
  if (population.system.whereis(workerName(at)) === undefined) {
    tally.count("start");
    await tally.follow(population.startWorker(at), () => true);
    return;
  }
  const name = random.randrange(POOL_KILLS.in) < POOL_KILLS.one ? "killPool" : chosen(random.randrange(1000));
  tally.count(name);
  if (fault === "leak") leaked.push(new Array<number>(LEAK_BYTES / 8).fill(at));
  await acts[name](parts, at);
}

function chosen(draw: number): keyof typeof acts {
  let left = draw;
  for (const [name, share] of SHARES) {
    left -= share;
    if (left < 0) return name;
  }
  return "call";
}

/** The fault, now and then: what a kernel with it would let its clients see. */
function misbehave({ population, random, tally, fault }: ClientParts): void {
  if (fault === undefined || random.randrange(20) > 0) return;
  if (fault === "orphan") void population.system.spawn(orphan).catch(() => undefined);
  if (fault === "wrong-answer") void tally.follow(Promise.resolve(1), (answer) => answer === 2);
  if (fault === "lost-call") void tally.follow(new Promise(() => {}), () => true);
}

type WorkerRef = ReturnType<typeof refOf>;

function refOf({ population }: ClientParts, at: number) {
  return population.system.named<typeof worker>(workerName(at));
}

/** A call that is answered with what it brought, or fails. */
function ask(call: (ref: WorkerRef, value: number, parts: ClientParts) => Promise<unknown>): Act {
  return (parts, at) => {
    const value = parts.random.randrange(1_000_000_000);
    return parts.tally.follow(call(refOf(parts, at), value, parts), (answer) => answer === value);
  };
}

/** A message that nobody answers. */
function tell(send: (ref: WorkerRef) => void): Act {
  return ({ population }, at) => {
    const ref = population.system.whereis<typeof worker>(workerName(at));
    if (ref !== undefined) send(ref);
    return undefined;
  };
}

/** Something that is done or fails. */
function request(work: (ref: WorkerRef, parts: ClientParts, at: number) => Promise<unknown>): Act {
  return (parts, at) => {
    const ref = parts.population.system.whereis<typeof worker>(workerName(at));
    return ref === undefined ? undefined : parts.tally.follow(work(ref, parts, at), () => true);
  };
}
