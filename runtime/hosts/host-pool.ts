// The hosts of one pool: which takes the next actor, who takes the place of one that is lost, how all of them end.
// Knows nothing of threads or processes: how a host is started is given to it.
import type { AnyBehaviour } from "../actor-ref.ts";
import { systemClock, type Timer } from "../base/index.ts";
import type { Cell } from "../cell.ts";
import type { HostPlace, Kernel } from "../kernel.ts";
import type { StartCarrier } from "./carrier.ts";
import { Host } from "./host.ts";
import { type HostLoss, hostMismatched } from "./host-errors.ts";
import type { HostStatus } from "./host-lifecycle.ts";
import type { HostPoolSettings } from "./host-options.ts";
import { type HostedSource, hostedSourceOf } from "./hosted-module.ts";

/** One host, as its pool shows it. */
export interface HostView {
  readonly hostName: string;
  readonly kind: "thread" | "process";
  /** Thread id, or process id. */
  readonly systemId: number;
  readonly status: HostStatus;
  /** A spare takes actors only once another host is lost or full. */
  readonly role: "active" | "spare";
  readonly actors: number;
}

/** Milliseconds until a new spare is started for one that was used: the successors of the actors that were lost come first. */
const REFILL_AFTER_MS = 100;

export class HostPool implements HostPlace<Cell> {
  readonly #kernel: Kernel<Cell>;
  readonly #poolName: string;
  readonly #settings: HostPoolSettings;
  readonly #start: StartCarrier;
  readonly #active: Host[] = [];
  readonly #spares: Host[] = [];
  readonly #leaving = new Set<Host>();
  /** Every module that was asked for: spares have them loaded when they are needed. */
  readonly #sources = new Map<string, HostedSource>();
  #refill: Timer | undefined;
  #nextHost = 1;
  #isOver = false;

  constructor(kernel: Kernel<Cell>, poolName: string, settings: HostPoolSettings, start: StartCarrier) {
    this.#kernel = kernel;
    this.#poolName = poolName;
    this.#settings = settings;
    this.#start = start;
  }

  newCell(behaviour: AnyBehaviour, name: string | undefined, parent: Cell | undefined, args: unknown): Cell {
    const source = hostedSourceOf(behaviour);
    if (source === undefined) {
      throw hostMismatched(
        "Expected a behaviour named by module and export to run in a host, found one that is here. No closure can go there: export it from a module, and name it with hostedModule(new URL(…)).",
        { host: this.#poolName },
      );
    }
    this.#remember(source);
    return this.#place().end.newResident(source, name, parent, args);
  }

  /** Every host there is, spares included. */
  views(): readonly HostView[] {
    const view =
      (role: HostView["role"]) =>
      (host: Host): HostView => ({
        hostName: host.hostName,
        kind: host.kind,
        systemId: host.systemId,
        status: host.status,
        role,
        actors: host.end.residentCount,
      });
    return [...[...this.#active, ...this.#leaving].map(view("active")), ...this.#spares.map(view("spare"))];
  }

  /** Empties one host and ends it; its supervised actors come up elsewhere. False where there is no such host. */
  async drain(hostName: string): Promise<boolean> {
    const host = [...this.#active, ...this.#spares].find((one) => one.hostName === hostName);
    if (host === undefined) return false;
    this.#remove(host);
    this.#leaving.add(host);
    await host.drain();
    return true;
  }

  /** Empties and ends all hosts. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#refill?.cancel();
    const hosts = [...this.#active, ...this.#leaving, ...this.#spares];
    await Promise.all(hosts.map((host) => host.drain()));
  }

  /** Ends all hosts at once. */
  endNow(): void {
    this.#isOver = true;
    this.#refill?.cancel();
    for (const host of [...this.#active, ...this.#leaving, ...this.#spares]) host.endNow();
  }

  /** The host with the fewest actors; another one where all have some and there may be more. */
  #place(): Host {
    let least: Host | undefined;
    for (const host of this.#active) {
      if (host.takesActors && (least === undefined || host.end.residentCount < least.end.residentCount)) least = host;
    }
    if (least !== undefined && (least.end.residentCount === 0 || this.#active.length >= this.#settings.size))
      return least;
    return this.#addActive();
  }

  #addActive(): Host {
    const spare = this.#spares.find((host) => host.status === "ready") ?? this.#spares[0];
    if (spare !== undefined) this.#remove(spare);
    const host = spare ?? this.#newHost();
    this.#active.push(host);
    if (host.status !== "starting") this.#refillLater();
    return host;
  }

  #newHost(): Host {
    const { bus } = this.#kernel;
    return new Host(this.#kernel, `${this.#poolName}/${this.#nextHost++}`, this.#settings, this.#start, {
      ready: (host, durationMs) => {
        bus.emitLazy("runtime.host.started", this.#poolName, () => ({
          measures: { durationMs },
          about: { host: host.hostName, kind: host.kind },
        }));
        this.#refillLater();
      },
      lost: (host, loss, said) => this.#lost(host, loss, said),
    });
  }

  #lost(host: Host, loss: HostLoss, said: string): void {
    const wasActive = this.#active.includes(host);
    const wasReady = host.end.residentCount > 0;
    this.#remove(host);
    this.#leaving.delete(host);
    const about = { host: host.hostName, kind: host.kind };
    const measures = { actors: host.end.residentCount };
    const { bus } = this.#kernel;
    if (host.isEnding) bus.emitLazy("runtime.host.stopped", this.#poolName, () => ({ measures, about }));
    else
      bus.emitLazy("runtime.host.lost", this.#poolName, () => ({ measures, about: { ...about, cause: loss, said } }));
    // Before its actors are told: their supervisors ask for a place at once. One with nobody in it is replaced when somebody comes.
    if (wasActive && wasReady && !this.#isOver && this.#spares.length > 0) this.#addActive();
  }

  #remember(source: HostedSource): void {
    const key = `${source.exportName} ${source.url}`;
    if (this.#sources.has(key)) return;
    this.#sources.set(key, source);
    for (const spare of this.#spares) spare.end.preload(source);
  }

  #refillLater(): void {
    if (this.#isOver || this.#refill !== undefined || this.#spares.length >= this.#settings.spares) return;
    this.#refill = systemClock.setTimer(REFILL_AFTER_MS, () => {
      this.#refill = undefined;
      if (this.#isOver || this.#active.length === 0 || this.#spares.length >= this.#settings.spares) return;
      const spare = this.#newHost();
      this.#spares.push(spare);
      for (const source of this.#sources.values()) spare.end.preload(source);
    });
  }

  #remove(host: Host): void {
    for (const hosts of [this.#active, this.#spares]) {
      const at = hosts.indexOf(host);
      if (at >= 0) hosts.splice(at, 1);
    }
  }
}
