// Looks into a running actor and holds it still, for debugging and tests: in turn with its messages, without a handler of its own.
// Knows nothing of what a state means.
import type { ActorRef, AnyActorRef, AnyBehaviour, CallOptions, StateOf } from "./actor-ref.ts";
import { actorDown, refInvalid } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { CellRef, NamedRef } from "./cell-ref.ts";
import { CellSelf } from "./cell-self.ts";
import { HandledMessage } from "./exit-reason.ts";
import { Refusal, Reply, refuse, reply, UNCHANGED } from "./handler-result.ts";
import { CALL, MessageEntry, type RunHandler } from "./message-entry.ts";
import { PendingCall } from "./pending-call.ts";

/** A request that every actor answers, whatever its behaviour. */
export class SystemEntry extends MessageEntry {
  constructor(name: string, handler: RunHandler) {
    super(CALL, name, handler);
  }
}

const DEFAULT_TIMEOUT_MS = 5000;

const GET_STATE = new SystemEntry("getState", (state) => reply(state));
const REPLACE_STATE = new SystemEntry("replaceState", (state, change) => {
  try {
    // `replaceState` puts a function beside this entry, and nothing else.
    const changed = (change as (state: unknown) => unknown)(state);
    return reply(changed, changed);
  } catch (error) {
    // The asker's mistake, not the actor's: its state stays as it is.
    return refuse(error);
  }
});
const SUSPEND = new SystemEntry("suspend", (_state, cell) => {
  // `suspend` puts the cell beside this entry.
  hold(cell as Cell);
  return reply(undefined);
});
const RESUME = new SystemEntry("resume", (_state, cell) => {
  (cell as Cell).letGo();
  return reply(undefined);
});

const REQUESTS = [GET_STATE, REPLACE_STATE, SUSPEND, RESUME];

/** The request of this name, for one that comes from elsewhere. */
export function requestNamed(name: string): SystemEntry | undefined {
  return REQUESTS.find((entry) => entry.name === name);
}

/** Puts a request to an actor of this thread, which answers it in turn; one that is held answers at once. */
export function putRequest(cell: Cell, call: PendingCall): void {
  if (cell.isHeld) answerHeld(cell, call);
  else cell.push(call.entry, call);
}

/** The actor's state, once it has handled what it had before. It is the state itself: do not change it. Rejects with ACTOR_DOWN, CALL_TIMEOUT. */
export function getState<B extends AnyBehaviour>(ref: ActorRef<B>, options?: CallOptions): Promise<StateOf<B>> {
  return ask(ref, GET_STATE, undefined, options) as Promise<StateOf<B>>;
}

/** Replaces the actor's state by what `change` makes of it, and resolves with that. Where `change` throws, the state stays and this rejects with it. */
export function replaceState<B extends AnyBehaviour>(
  ref: ActorRef<B>,
  change: (state: StateOf<B>) => StateOf<B>,
  options?: CallOptions,
): Promise<StateOf<B>> {
  return ask(ref, REPLACE_STATE, change, options) as Promise<StateOf<B>>;
}

/** Holds the actor still once it has handled what it had before: messages wait until `resume`. It still ends when told to, and answers `getState`. */
export async function suspend(ref: AnyActorRef, options?: CallOptions): Promise<void> {
  await ask(ref, SUSPEND, cellBehind(ref), options);
}

/** Lets a suspended actor go on. */
export async function resume(ref: AnyActorRef, options?: CallOptions): Promise<void> {
  await ask(ref, RESUME, cellBehind(ref), options);
}

async function ask(
  ref: AnyActorRef,
  entry: SystemEntry,
  payload: unknown,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: CallOptions = {},
): Promise<unknown> {
  const cell = cellBehind(ref);
  if (!cell.isAlive)
    throw actorDown(cell.name, cell.actorId, "noproc", new HandledMessage("call", entry.name, undefined));
  const call = new PendingCall(cell, entry, payload);
  if (signal !== undefined) call.watch(signal);
  const answer = call.promise();
  if (cell.isHeld) {
    answer.catch(() => undefined);
    answerHeld(cell, call);
  } else {
    cell.kernel.wheel.add(call, timeoutMs);
    cell.push(entry, call);
  }
  return answer;
}

/** Holds a cell, and answers the requests that wait in its mailbox up to one that lets it go: the cell takes no turn to do so. */
function hold(cell: Cell): void {
  cell.hold();
  const waiting: PendingCall[] = [];
  cell.removeWaiting((entry, payload) => {
    if (!(entry instanceof SystemEntry) || waiting.at(-1)?.entry === RESUME) return false;
    // Beside a call's entry lies its call.
    waiting.push(payload as PendingCall);
    return true;
  });
  for (const call of waiting) answerHeld(cell, call);
}

function answerHeld(cell: Cell, call: PendingCall): void {
  cell.self ??= new CellSelf(cell);
  const result = call.entry.handler?.(cell.state, call.payload, cell.self);
  if (result instanceof Reply) {
    if (result.state !== UNCHANGED) cell.state = result.state;
    call.reply(result.value);
  } else if (result instanceof Refusal) call.fail(result.error);
}

function cellBehind(ref: AnyActorRef): Cell {
  const cell = CellRef.cellOf(ref) ?? NamedRef.cellOf(ref);
  if (cell === undefined) throw refInvalid();
  return cell;
}
