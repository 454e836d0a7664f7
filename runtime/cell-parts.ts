// What an actor's cell keeps besides what every actor needs: flags in one field, and what most actors never have in an object made on first use.
// Knows nothing of messages or of how actors end.
import { type ActorStatus, actorLifecycle } from "./actor-lifecycle.ts";
import type { Chain, Timer } from "./base/index.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { PendingCall } from "./pending-call.ts";
import type { Siblings } from "./population.ts";

/** One who wants to hear of an actor's end. */
export interface Watcher {
  /** Takes the watcher off the watched actor's list; told once. */
  tell(reason: ExitReason): void;
}

const QUEUED = 1;
const SUSPENDED = 2;
const HELD = 4;
const URGENT = 8;
const TOP = 16;
const TIED = 32;
const NAMED = 64;
const IGNORED = 128;
const IDLING = 256;
const MEMBER = 512;
const APART = 1024;
const RUNNING = 2048;
const EXITED = 4096;
const STIRRED = 8192;

class RareParts<Self> {
  deferred: Chain<PendingCall> | undefined = undefined;
  otherNames: string[] | undefined = undefined;
  watchers: Set<Watcher> | undefined = undefined;
  monitors: Map<number, () => void> | undefined = undefined;
  abort: AbortController | undefined = undefined;
  idle: Timer | undefined = undefined;
  children: Siblings<Self> | undefined = undefined;
  shutdownMs: number | undefined = undefined;
}

/** The part of a cell that is the same whatever it runs. */
export abstract class CellParts<Self> {
  #flags = URGENT;
  #status: ActorStatus = actorLifecycle.initial;
  protected rare: RareParts<Self> | undefined = undefined;

  get status(): ActorStatus {
    return this.#status;
  }

  // In flags too: comparing one costs a fraction of comparing words, and every message asks.
  set status(status: ActorStatus) {
    this.#status = status;
    this.#set(RUNNING, status === "running");
    this.#set(EXITED, status === "exited");
  }

  get isRunning(): boolean {
    return (this.#flags & RUNNING) !== 0;
  }

  get isAlive(): boolean {
    return (this.#flags & EXITED) === 0;
  }

  /** Runs, and has no handler's promise to wait for. */
  get mayHandle(): boolean {
    return (this.#flags & (RUNNING | SUSPENDED)) === RUNNING;
  }

  get isQueued(): boolean {
    return (this.#flags & QUEUED) !== 0;
  }

  set isQueued(on: boolean) {
    this.#set(QUEUED, on);
  }

  get isUrgent(): boolean {
    return (this.#flags & URGENT) !== 0;
  }

  set isUrgent(on: boolean) {
    this.#set(URGENT, on);
  }

  /** A handler's promise has not settled yet. */
  get isSuspended(): boolean {
    return (this.#flags & SUSPENDED) !== 0;
  }

  set isSuspended(on: boolean) {
    this.#set(SUSPENDED, on);
  }

  /** Suspended from outside: takes no message until it is let go. */
  get isHeld(): boolean {
    return (this.#flags & HELD) !== 0;
  }

  set isHeld(on: boolean) {
    this.#set(HELD, on);
  }

  /** Neither waits for its turn already, nor for a handler's promise, nor is held. */
  protected get mayTakeTurn(): boolean {
    return (this.#flags & (QUEUED | SUSPENDED)) === 0;
  }

  /**
   * Runs, and has nothing to do before a message that is sent now. Not to be asked of one whose turn it is.
   *
   * Flags say it all: one that waits neither for a turn nor for a promise has no message either.
   */
  get isAtRest(): boolean {
    return (this.#flags & (RUNNING | QUEUED | SUSPENDED | URGENT | IDLING | APART)) === RUNNING;
  }

  /** One of those to whom messages for many are sent: from now on it says when it leaves its rest. */
  attend(): void {
    this.#flags |= MEMBER;
    if (!this.isAtRest) this.#set(0, true);
  }

  get isMember(): boolean {
    return (this.#flags & MEMBER) !== 0;
  }

  /** Has been found at rest again. */
  calm(): void {
    this.#flags &= ~STIRRED;
  }

  /** Told once, until it is calm again, that a member may have left its rest. */
  protected abstract stirred(): void;

  /** Takes each message in a way of its own. */
  protected setApart(): void {
    this.#set(APART, true);
  }

  get isApart(): boolean {
    return (this.#flags & APART) !== 0;
  }

  get isTop(): boolean {
    return (this.#flags & TOP) !== 0;
  }

  set isTop(on: boolean) {
    this.#set(TOP, on);
  }

  /** Linked to its parent: a bit here instead of an entry on either side, because nearly every actor is. */
  get isTied(): boolean {
    return (this.#flags & TIED) !== 0;
  }

  set isTied(on: boolean) {
    this.#set(TIED, on);
  }

  /** Has the name it was spawned with. */
  get hasGivenName(): boolean {
    return (this.#flags & NAMED) !== 0;
  }

  set hasGivenName(on: boolean) {
    this.#set(NAMED, on);
  }

  /** Its `init` chose not to start. */
  get isIgnored(): boolean {
    return (this.#flags & IGNORED) !== 0;
  }

  set isIgnored(on: boolean) {
    this.#set(IGNORED, on);
  }

  #set(flag: number, on: boolean): void {
    const flags = on ? this.#flags | flag : this.#flags & ~flag;
    if ((flags & (MEMBER | STIRRED)) !== MEMBER) {
      this.#flags = flags;
      return;
    }
    this.#flags = flags | STIRRED;
    this.stirred();
  }

  protected get parts(): RareParts<Self> {
    this.rare ??= new RareParts();
    return this.rare;
  }

  /** Calls whose handler returned without an answer. */
  get deferred(): Chain<PendingCall> | undefined {
    return this.rare?.deferred;
  }

  set deferred(calls: Chain<PendingCall> | undefined) {
    this.parts.deferred = calls;
  }

  /** Names it was given after its spawn. */
  get otherNames(): string[] | undefined {
    return this.rare?.otherNames;
  }

  set otherNames(names: string[] | undefined) {
    this.parts.otherNames = names;
  }

  get watchers(): Set<Watcher> | undefined {
    return this.rare?.watchers;
  }

  set watchers(watchers: Set<Watcher> | undefined) {
    this.parts.watchers = watchers;
  }

  /** Monitors this actor holds, each with the way to withdraw it. */
  get monitors(): Map<number, () => void> | undefined {
    return this.rare?.monitors;
  }

  set monitors(monitors: Map<number, () => void> | undefined) {
    this.parts.monitors = monitors;
  }

  get abort(): AbortController | undefined {
    return this.rare?.abort;
  }

  set abort(abort: AbortController | undefined) {
    this.parts.abort = abort;
  }

  /** Counts down while nothing arrives; set by `next(…, { timeoutMs })`. */
  get idle(): Timer | undefined {
    return this.rare?.idle;
  }

  set idle(idle: Timer | undefined) {
    this.parts.idle = idle;
    this.#set(IDLING, idle !== undefined);
  }

  /** Whether `idle` counts down: asked before each turn, without touching what most actors do not have. */
  get isIdling(): boolean {
    return (this.#flags & IDLING) !== 0;
  }

  get children(): Siblings<Self> | undefined {
    return this.rare?.children;
  }

  set children(children: Siblings<Self> | undefined) {
    this.parts.children = children;
  }
}
