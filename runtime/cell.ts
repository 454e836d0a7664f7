// What one incarnation of an actor is made of. A restarted actor is another cell: that is the fence around the old one.
// Knows nothing of how messages are handled or ends are told.
import type { AnyActorRef } from "./actor-ref.ts";
import { CellParts } from "./cell-parts.ts";
import { defaultShutdownMs } from "./child-spec.ts";
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
import type { Person } from "./population.ts";
import type { Resting } from "./restless.ts";
import type { Schedulable } from "./scheduler.ts";
import type { Self } from "./self.ts";

/** Who waits for an actor's start. */
export interface Starter {
  resolve(ref: AnyActorRef): void;
  reject(reason: ExitReason): void;
}

// Of 1,000,000 idle actors each field is 8 MB: flags share one, what most actors never need stands apart, and the first message that
// waits has no ring to wait in.
export class Cell extends CellParts<Cell> implements Schedulable, CallOwner, Person<Cell>, Resting {
  // First what every message touches, so that it lies together: beside the flags what a share of a message for many needs, then what a
  // message of its own needs besides.
  readonly behaviour: RunBehaviour;
  /** The behaviour's state; once it has exited, the reason. */
  state: unknown = undefined;
  self: Self | undefined = undefined;
  /** Messages handled, counted a turn at a time. */
  handledCount = 0;
  #ring: Mailbox<MessageEntry> | undefined = undefined;
  // The message that waits in front, if the ring was empty when it came.
  #frontEntry: MessageEntry | undefined = undefined;
  #frontPayload: unknown = undefined;
  // The message being handled. Beside a call's entry lies its call; before `init` has begun, its arguments, without an entry.
  entry: MessageEntry | undefined = undefined;
  payload: unknown;
  readonly kernel: Kernel<Cell>;
  readonly actorId: number;
  /** The name it was spawned with. */
  readonly givenName: string | undefined;
  readonly parent: Cell | undefined;
  ref!: AnyActorRef;
  starter: Starter | undefined = undefined;
  links: Links<Cell> = undefined;
  previous: Cell | undefined = undefined;
  next: Cell | undefined = undefined;

  constructor(
    kernel: Kernel<Cell>,
    behaviour: RunBehaviour,
    givenName: string | undefined,
    parent: Cell | undefined,
    startArgs: unknown,
  ) {
    super();
    this.actorId = kernel.nextActorId++;
    this.kernel = kernel;
    this.behaviour = behaviour;
    this.givenName = givenName;
    this.parent = parent;
    this.payload = startArgs;
    if (behaviour.remote !== undefined) this.setApart();
  }

  get name(): string {
    return this.givenName ?? `${this.behaviour.behaviourName}#${this.actorId}`;
  }

  get exitReason(): ExitReason | undefined {
    // What an exited actor's state is, by the field's own rule.
    return this.isAlive ? undefined : (this.state as ExitReason);
  }

  /** How long it has to stop with its system. */
  get shutdownMs(): number {
    return this.rare?.shutdownMs ?? defaultShutdownMs(this.behaviour.kind);
  }

  set shutdownMs(shutdownMs: number) {
    this.parts.shutdownMs = shutdownMs;
  }

  /** Whose handler runs where this cell is at it: its own. */
  get current(): this {
    return this;
  }

  /** A message that the cell at it handles without having taken it: none, where it is this one. */
  get sharing(): undefined {
    return undefined;
  }

  /** The call being handled. */
  get call(): PendingCall | undefined {
    // The door puts a PendingCall beside every call entry, and nothing else.
    return this.entry?.kind === CALL ? (this.payload as PendingCall) : undefined;
  }

  /** Puts a message at the end of the mailbox. */
  push(entry: MessageEntry, payload: unknown): void {
    const ring = this.#ring;
    if (this.#frontEntry === undefined && (ring === undefined || ring.size === 0)) {
      this.#frontEntry = entry;
      this.#frontPayload = payload;
    } else if (ring === undefined) {
      this.#ring = new Mailbox();
      this.#ring.push(entry, payload);
    } else ring.push(entry, payload);
    if (this.mayTakeTurn) this.kernel.scheduler.schedule(this);
  }

  /** Puts a message before all that wait. */
  pushFirst(entry: MessageEntry, payload: unknown): void {
    this.#settleShares();
    this.putFirst(entry, payload);
  }

  /** Puts a message before all that wait in the mailbox: what comes before these even so is its share of a message for many. */
  putFirst(entry: MessageEntry, payload: unknown): void {
    if (this.#frontEntry !== undefined) {
      this.#ring ??= new Mailbox();
      this.#ring.unshift(this.#frontEntry, this.#frontPayload);
    }
    this.#frontEntry = entry;
    this.#frontPayload = payload;
    if (this.mayTakeTurn) this.kernel.scheduler.schedule(this);
  }

  /** Takes the message in front into `entry` and `payload`; false where none waits. */
  take(): boolean {
    const entry = this.#frontEntry;
    if (entry !== undefined) {
      this.entry = entry;
      this.payload = this.#frontPayload;
      this.#frontEntry = undefined;
      this.#frontPayload = undefined;
      return true;
    }
    const ring = this.#ring;
    if (ring === undefined || ring.size === 0) return false;
    this.entry = ring.take();
    this.payload = ring.taken;
    ring.taken = undefined;
    return true;
  }

  /** How many messages wait. */
  get waiting(): number {
    const shares = this.isMember ? this.kernel.scheduler.sharesOf(this) : 0;
    return shares + (this.#frontEntry === undefined ? 0 : 1) + (this.#ring?.size ?? 0);
  }

  /** Takes out every waiting message that `isUnwanted`; the others keep their order. */
  removeWaiting(isUnwanted: (entry: MessageEntry, payload: unknown) => boolean): void {
    this.#settleShares();
    if (this.#frontEntry !== undefined && isUnwanted(this.#frontEntry, this.#frontPayload)) {
      this.#frontEntry = undefined;
      this.#frontPayload = undefined;
    }
    if (this.#ring !== undefined && this.#ring.size > 0) this.#ring.remove(isUnwanted);
  }

  /** Puts an end at the end of the mailbox; a held actor obeys at once. */
  pushEnd(entry: MessageEntry, reason: ExitReason): void {
    if (this.isHeld) {
      this.letGo();
      this.pushFirst(entry, reason);
    } else this.push(entry, reason);
  }

  /** Lets go of everything that a dead actor's reference must not keep alive. */
  forget(): void {
    this.entry = undefined;
    this.payload = undefined;
    this.links = undefined;
    this.self = undefined;
    this.rare = undefined;
    this.#ring = undefined;
  }

  /** Takes no turn until `letGo`. */
  hold(): void {
    this.#settleShares();
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
      (this.isRunning && (this.#frontEntry !== undefined || (this.#ring !== undefined && this.#ring.size > 0))) ||
      this.status === "starting"
    );
  }

  /** Puts its shares of messages for many into the mailbox. */
  #settleShares(): void {
    if (this.isMember) this.kernel.scheduler.settle(this);
  }

  protected override stirred(): void {
    this.kernel.restless.add(this);
  }

  /** The message being handled, in the form in which a failure carries it. */
  get handled(): HandledMessage | undefined {
    const { entry, call } = this;
    if (entry === undefined) {
      const { running } = this.kernel;
      return running?.current === this ? running.sharing : undefined;
    }
    return new HandledMessage(kindOf(entry), entry.name, call === undefined ? this.payload : call.payload);
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
