// One host: its carrier, its end of the wire and its watch, from start to end.
// Knows nothing of other hosts, or of which actors should run where.
import { signalExit } from "../actor-end.ts";
import { systemClock, type Timer } from "../base/index.ts";
import type { Cell } from "../cell.ts";
import { whenCellDown } from "../cell-ref.ts";
import { Failure } from "../exit-reason.ts";
import type { Kernel } from "../kernel.ts";
import { type Carrier, machineMs, type StartCarrier } from "./carrier.ts";
import { type HostLoss, hostLost } from "./host-errors.ts";
import { type HostStatus, hostLifecycle } from "./host-lifecycle.ts";
import type { HostPoolSettings } from "./host-options.ts";
import { HostWatch } from "./host-watch.ts";
import { MainEnd } from "./main-end.ts";

/** What a host tells its pool. */
export interface HostEvents {
  ready(host: Host, durationMs: number): void;
  /** Told before its actors are: a place for their successors is to be found by then. */
  lost(host: Host, loss: HostLoss, said: string): void;
}

/** Missed signs of life after which a host counts as stuck. */
const MISSED_BEATS = 3;
const MEGABYTE = 2 ** 20;
/** Milliseconds that whoever ends a host waits for its thread to be gone. */
const PATIENCE_MS = 1000;

/** A thread or process that runs actors. */
export class Host {
  readonly hostName: string;
  readonly end: MainEnd;
  status: HostStatus = hostLifecycle.initial;
  readonly #settings: HostPoolSettings;
  readonly #carrier: Carrier;
  readonly #events: HostEvents;
  readonly #watch: HostWatch;
  readonly #startTimer: Timer;
  readonly #startedAt = machineMs();
  #beatAt = this.#startedAt;
  #isLoading = false;
  /** Its end is wanted. */
  isEnding = false;
  readonly #gone: Promise<void>;
  #tellGone: () => void = () => undefined;

  constructor(
    kernel: Kernel<Cell>,
    hostName: string,
    settings: HostPoolSettings,
    start: StartCarrier,
    events: HostEvents,
  ) {
    this.hostName = hostName;
    this.#settings = settings;
    this.#events = events;
    this.#gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    this.#carrier = start(hostName, {
      batch: (batch) => this.end.receive(batch),
      lost: (loss, said, cause) => this.#lose(loss, said, cause),
    });
    this.end = new MainEnd(kernel, hostName, this.#carrier.sharesMemory, this.#carrier.post, {
      ready: () => this.#cameUp(),
      beat: (memoryBytes) => this.#beat(memoryBytes),
      loading: (isLoading) => {
        this.#isLoading = isLoading;
        this.#beatAt = machineMs();
        this.#watch.start();
      },
      killed: () => {
        this.#watch.expectEnd();
        return machineMs();
      },
      // Whoever has asked for its end waits for it.
      awaited: (isAwaited) => this.#carrier.hold(isAwaited || this.isEnding),
    });
    const { heartbeatMs, killGraceMs, startTimeoutMs } = settings;
    const limitMs = MISSED_BEATS * heartbeatMs;
    // Not the system's clock, nor in what follows: a host stands still in real time, whatever time a test says it is.
    this.#watch = new HostWatch({
      clock: systemClock,
      limitMs: () => (this.#isLoading ? Math.max(startTimeoutMs, limitMs) : limitMs),
      killGraceMs,
      sinceBeatMs: () => machineMs() - Math.max(this.#beatAt, this.#carrier.lastBeatMs() ?? 0),
      unconfirmedMs: () => this.end.unconfirmedMs(machineMs()),
      afterReading: setImmediate,
      onStuck: (said) => this.#lose("stuck", said),
    });
    this.#startTimer = systemClock.setTimer(startTimeoutMs, () =>
      this.#lose("not-started", `not ready within ${startTimeoutMs} ms`),
    );
  }

  get kind(): Carrier["kind"] {
    return this.#carrier.kind;
  }

  /** Thread id, or process id. */
  get systemId(): number {
    return this.#carrier.systemId;
  }

  get takesActors(): boolean {
    return this.status === "starting" || this.status === "ready";
  }

  get isOver(): boolean {
    return this.status === "ended";
  }

  /** Takes no more actors; asks those it has to end, kills those that do not, and ends. */
  async drain(): Promise<void> {
    // Nobody has been in it: there is nothing to wait for, least of all its start.
    if (this.end.residentsEver === 0) this.endNow();
    if (this.isOver) return this.#gone;
    this.status = hostLifecycle.next(this.status, "drained");
    const { drainMs } = this.#settings;
    const left = [...this.end.residents].reverse();
    for (const cell of left) signalExit(cell, undefined, "shutdown", "obeys");
    await Promise.all(
      left.map(async (cell) => {
        if ((await whenCellDown(cell, drainMs)) === undefined) signalExit(cell, undefined, "kill", "sent");
      }),
    );
    await this.close();
  }

  /** Has it end by itself, with what runs in it beside the actors of this side; ends it where it does not. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.status === "ended") return this.#gone;
    this.isEnding = true;
    this.#carrier.hold(true);
    this.end.sayEnd();
    const lastCall = systemClock.setTimer(this.#settings.drainMs, () => this.endNow());
    await this.#gone;
    lastCall.cancel();
  }

  /** Ends it at once, with whatever it has. */
  endNow(): void {
    this.isEnding = true;
    this.#lose("exited", "its pool ended");
  }

  #cameUp(): void {
    if (this.status === "ended") return;
    this.status = hostLifecycle.next(this.status, "came-up");
    this.#startTimer.cancel();
    this.#beatAt = machineMs();
    this.#watch.start();
    this.#events.ready(this, machineMs() - this.#startedAt);
  }

  #beat(memoryBytes: number): void {
    this.#beatAt = machineMs();
    const { memoryMb } = this.#settings;
    if (memoryBytes > memoryMb * MEGABYTE) {
      this.#lose("out-of-memory", `${Math.round(memoryBytes / MEGABYTE)} MB held, ${memoryMb} MB allowed`);
    }
  }

  #lose(loss: HostLoss, said: string, cause?: unknown): void {
    if (this.status === "ended") return;
    this.status = hostLifecycle.next(this.status, "lost");
    this.#startTimer.cancel();
    this.#watch.stop();
    this.#events.lost(this, loss, said);
    this.end.close(new Failure(hostLost(this.hostName, loss, said, cause)));
    this.#carrier.hold(false);
    // A thread that is stuck in native code never ends: it is left to itself, and nobody waits longer than this.
    const patience = systemClock.setTimer(PATIENCE_MS, this.#tellGone, { holdsProcess: true });
    void this.#carrier.kill().then(() => {
      patience.cancel();
      this.#tellGone();
    });
  }
}
