// What one incarnation of an actor is made of. A restarted actor is another cell: that is the fence around the old one.
// Knows nothing of how messages are handled or ends are told.
import { type ActorStatus, actorLifecycle } from "./actor-lifecycle.ts";
import type { AnyActorRef } from "./actor-ref.ts";
import type { Chain, Timer } from "./base/index.ts";
import { type ExitReason, HandledMessage, type MessageKind } from "./exit-reason.ts";
import type { Kernel } from "./kernel.ts";
import type { Links } from "./links.ts";
import { Mailbox } from "./mailbox.ts";
import {
  CALL,
  CAST,
  CONTINUE,
  INIT,
  type MessageEntry,
  type RunBehaviour,
  TERMINATE,
  WORK_FAILED,
} from "./message-entry.ts";
import type { CallOwner, PendingCall } from "./pending-call.ts";
import type { Schedulable } from "./scheduler.ts";
import type { Self } from "./self.ts";

/** One who wants to hear of an actor's end. */
export interface Watcher {
  /** Takes the watcher off the watched actor's list; told once. */
  tell(reason: ExitReason): void;
}

/** Who waits for an actor's start. */
export interface Starter {
  /** Set before the end of one whose `init` chose not to start. */
  isIgnored: boolean;
  resolve(ref: AnyActorRef): void;
  reject(reason: ExitReason): void;
}

// What most actors never need is made on first use: the first Set of an actor costs more than the actor.
export class Cell implements Schedulable, CallOwner {
  readonly actorId: number;
  readonly kernel: Kernel<Cell>;
  readonly behaviour: RunBehaviour;
  readonly name: string;
  readonly parent: Cell | undefined;
  readonly shutdownMs: number;
  status: ActorStatus = actorLifecycle.initial;
  state: unknown = undefined;
  isQueued = false;
  isUrgent = true;
  /** A handler's promise has not settled yet. */
  isSuspended = false;
  /** Suspended from outside: takes no message until it is let go. */
  isHeld = false;
  /** Messages handled, counted a turn at a time. */
  handledCount = 0;
  mailbox: Mailbox<MessageEntry> | undefined = undefined;
  // The message being handled.
  entry: MessageEntry | undefined = undefined;
  payload: unknown = undefined;
  call: PendingCall | undefined = undefined;
  deferred: Chain<PendingCall> | undefined = undefined;
  startArgs: unknown;
  starter: Starter | undefined = undefined;
  names: string[] | undefined = undefined;
  links: Links<Cell> = undefined;
  watchers: Set<Watcher> | undefined = undefined;
  /** Monitors this actor holds, each with the way to withdraw it. */
  monitors: Map<number, () => void> | undefined = undefined;
  abort: AbortController | undefined = undefined;
  /** Counts down while nothing arrives; set by `next(…, { timeoutMs })`. */
  idle: Timer | undefined = undefined;
  exitReason: ExitReason | undefined = undefined;
  ref!: AnyActorRef;
  self!: Self;

  constructor(
    kernel: Kernel<Cell>,
    behaviour: RunBehaviour,
    name: string | undefined,
    parent: Cell | undefined,
    shutdownMs: number,
    startArgs: unknown,
  ) {
    this.actorId = kernel.nextActorId++;
    this.kernel = kernel;
    this.behaviour = behaviour;
    this.name = name ?? `${behaviour.behaviourName}#${this.actorId}`;
    this.parent = parent;
    this.shutdownMs = shutdownMs;
    this.startArgs = startArgs;
  }

  get isAlive(): boolean {
    return this.status !== "exited";
  }

  /** Puts a message at the end of the mailbox. */
  push(entry: MessageEntry, payload: unknown): void {
    this.mailbox ??= new Mailbox();
    this.mailbox.push(entry, payload);
    if (!this.isQueued && !this.isSuspended) this.kernel.scheduler.schedule(this);
  }

  /** Puts a message before all that wait. */
  pushFirst(entry: MessageEntry, payload: unknown): void {
    this.mailbox ??= new Mailbox();
    this.mailbox.unshift(entry, payload);
    if (!this.isQueued && !this.isSuspended) this.kernel.scheduler.schedule(this);
  }

  /** Puts an end at the end of the mailbox; a held actor obeys at once. */
  pushEnd(entry: MessageEntry, reason: ExitReason): void {
    if (this.isHeld) {
      this.letGo();
      this.pushFirst(entry, reason);
    } else this.push(entry, reason);
  }

  /** Takes no turn until `letGo`. */
  hold(): void {
    this.isHeld = true;
    this.isSuspended = true;
  }

  letGo(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.isSuspended = false;
    if (this.isReady) this.kernel.scheduler.schedule(this);
  }

  /** Whether it has something to do right now. */
  get isReady(): boolean {
    if (this.isSuspended) return false;
    return (
      this.status === "starting" || (this.status === "running" && this.mailbox !== undefined && this.mailbox.size > 0)
    );
  }

  /** The message being handled, in the form in which a failure carries it. */
  get handled(): HandledMessage | undefined {
    const { entry } = this;
    if (entry === undefined) return undefined;
    const payload = entry.kind === CALL && this.call !== undefined ? this.call.payload : this.payload;
    return new HandledMessage(kindOf(entry), entry.name, payload);
  }

  /** A message without its payload, for reports. */
  messageOf(entry: MessageEntry | undefined): HandledMessage {
    return entry === undefined
      ? new HandledMessage("info", "", undefined)
      : new HandledMessage(kindOf(entry), entry.name, undefined);
  }

  reportDropped(
    cause: "late-reply" | "second-reply" | "late-outcome" | "no-handler" | "dead-actor" | "closed-alias",
    message: HandledMessage,
  ): void {
    const { bus } = this.kernel;
    if (!bus.has("runtime.message.dropped")) return;
    bus.emit(
      "runtime.message.dropped",
      this.name,
      {},
      { actor: this.name, actorId: this.actorId, cause, message: String(message) },
    );
  }
}

function kindOf(entry: MessageEntry): MessageKind {
  switch (entry.kind) {
    case CALL:
      return "call";
    case CAST:
      return "cast";
    case INIT:
      return "init";
    case CONTINUE:
      return "continue";
    case TERMINATE:
      return "terminate";
    case WORK_FAILED:
      return "work";
    default:
      return "info";
  }
}
