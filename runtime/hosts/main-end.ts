// The end of a host's wire in the thread that started it: spawns actors there and keeps names and links for both sides.
// Knows nothing of threads or processes, or of where else an actor could be.
import { unlinkCells } from "../actor-end.ts";
import type { Cell } from "../cell.ts";
import type { ExitReason } from "../exit-reason.ts";
import type { Kernel } from "../kernel.ts";
import { type MessageEntry, STOP } from "../message-entry.ts";
import { registerName, unregisterName } from "../names.ts";
import { begun } from "../turn.ts";
import type { BatchReader } from "./batch-reader.ts";
import type { HostedSource } from "./hosted-module.ts";
import { Op } from "./operations.ts";
import type { Post } from "./outbox.ts";
import { type KnownBehaviour, RemoteBehaviour } from "./remote-behaviour.ts";
import { RemoteCell } from "./remote-cell.ts";
import { WireEnd } from "./wire-end.ts";

/** What an end tells of its host. */
export interface MainEndEvents {
  ready(): void;
  /** The host's event loop came round; what its process holds, in bytes. */
  beat(memoryBytes: number): void;
  /** Modules are being loaded there, or no longer. */
  loading(isLoading: boolean): void;
  /** Told of each actor that was killed here; answers the time. */
  killed(): number;
  /** Whether somebody waits for what only the host can give. */
  awaited(isAwaited: boolean): void;
}

/** A hosted actor from its spawn to its end. */
interface Resident {
  readonly cell: RemoteCell;
  readonly source: HostedSource;
  args: unknown;
  /** `announced`: the host has been told; `begun`: its `init` is waited for. */
  status: "new" | "announced" | "begun" | "started";
}

const SETTLED = Promise.resolve();

export class MainEnd extends WireEnd {
  readonly #events: MainEndEvents;
  readonly #residents = new Map<number, Resident>();
  readonly #behaviours = new Map<string, RemoteBehaviour>();
  /** Actors whose start or end somebody may wait for. */
  readonly #awaited = new Set<number>();
  /** Actors that were killed here, and of whose end the host has not said yet, with the time of the kill. */
  readonly #killed = new Map<number, number>();
  #isLettingGo = false;

  constructor(kernel: Kernel<Cell>, hostName: string, sharesMemory: boolean, post: Post, events: MainEndEvents) {
    super(kernel, hostName, sharesMemory, post);
    this.#events = events;
  }

  /** Actors that were spawned here and have not ended. */
  get residents(): readonly Cell[] {
    return [...this.#residents.values()].map(({ cell }) => cell);
  }

  /** How many have been spawned there so far. */
  residentsEver = 0;

  get residentCount(): number {
    return this.#residents.size;
  }

  /** How long the host has not confirmed a kill, in milliseconds; 0 where it owes none. */
  unconfirmedMs(now: number): number {
    const [first] = this.#killed.values();
    return first === undefined ? 0 : now - first;
  }

  /** Makes what stands here for an actor that is to run there. */
  newResident(source: HostedSource, name: string | undefined, parent: Cell | undefined, args: unknown): RemoteCell {
    const cell = new RemoteCell(this, this.kernel, this.#behaviourOf(source), name, parent, args);
    const resident: Resident = { cell, source, args, status: "new" };
    this.#residents.set(cell.actorId, resident);
    this.residentsEver++;
    this.actors.enter(cell, cell.actorId);
    cell.watchers = new Set([{ tell: () => this.#ended(resident) }]);
    return cell;
  }

  /** Has the host load a module before anybody needs it. */
  preload({ url, exportName }: HostedSource): void {
    this.outbox.add(Op.load, url, exportName);
  }

  /** Asks the host to end what is left and itself. */
  sayEnd(): void {
    this.outbox.add(Op.end);
    this.outbox.flush();
  }

  protected override addressOf(cell: Cell): number {
    return cell.actorId;
  }

  protected override mayPass(): boolean {
    return true;
  }

  protected override beforeForward(cell: RemoteCell): void {
    const resident = this.#residents.get(cell.actorId);
    // By its name it may be sent to before its turn to start has come: nothing may overtake the spawn.
    if (resident !== undefined && resident.cell === cell) this.#announce(resident);
  }

  protected override confirmed(address: number): void {
    this.#killed.delete(address);
    this.#awaited.delete(address);
  }

  protected override awaitedChanged(): void {
    if (this.openCalls + this.#awaited.size > 0) this.#events.awaited(true);
    else if (!this.#isLettingGo) {
      // Whoever has just been answered may ask again in its next microtask: a thread let go and held for each call cost more than the answer.
      this.#isLettingGo = true;
      SETTLED.then(this.#letGo);
    }
  }

  readonly #letGo = (): void => {
    this.#isLettingGo = false;
    if (!this.isClosed && this.openCalls + this.#awaited.size === 0) this.#events.awaited(false);
  };

  protected override isArriving(): boolean {
    return false;
  }

  protected override endArriving(): void {}

  override forward(cell: RemoteCell, entry: MessageEntry, payload: unknown): void {
    super.forward(cell, entry, payload);
    if (entry.kind === STOP) this.#awaitEnd(cell);
  }

  override signal(target: Cell, from: Cell | undefined, reason: ExitReason, way: "link" | "sent" | "obeys"): void {
    super.signal(target, from, reason, way);
    if (way === "obeys" && reason !== "normal") this.#awaitEnd(target);
  }

  protected override takeOwn(op: number, reader: BatchReader): void {
    switch (op) {
      case Op.ready:
        this.#events.ready();
        return;
      case Op.beat:
        this.#events.beat(reader.number());
        return;
      case Op.loading:
        this.#events.loading(reader.number() === 1);
        return;
      case Op.started:
        this.#started(reader.number(), reader.value());
        return;
      case Op.ignored:
        this.#ignored(reader.number());
        return;
      case Op.link: {
        const target = this.actors.exported(reader.address());
        const asker = reader.cell();
        if (asker !== undefined) this.tie(target, asker);
        return;
      }
      case Op.unlink:
        this.#unlink(reader.address(), reader.cell());
        return;
      case Op.resolve: {
        const name = reader.text();
        this.outbox.addValue(Op.bound, name, this.kernel.names.get(name)?.ref);
        return;
      }
      case Op.register:
        this.#register(reader.text(), reader.cell());
        return;
      case Op.retract:
        unregisterName(this.kernel, reader.text());
        return;
      default:
        return;
    }
  }

  #behaviourOf(source: HostedSource): RemoteBehaviour {
    const key = `${source.url}#${source.exportName}`;
    let behaviour = this.#behaviours.get(key);
    if (behaviour === undefined) {
      behaviour = new RemoteBehaviour(source.exportName, "worker", this, (_state, _args, self) =>
        this.#begin(self.ref.actorId),
      );
      this.#behaviours.set(key, behaviour);
    }
    return behaviour;
  }

  /** The `init` of a remote cell: it goes on until the host has said what became of it. */
  #begin(actorId: number): Promise<never> | undefined {
    const resident = this.#residents.get(actorId);
    if (resident === undefined) return undefined;
    this.#announce(resident);
    if (resident.status === "started") return undefined;
    resident.status = "begun";
    return new Promise(() => undefined);
  }

  #announce(resident: Resident): void {
    if (resident.status !== "new") return;
    const { cell, source, args } = resident;
    const { packer } = this.outbox;
    packer.pack(args, "the arguments");
    this.outbox.add(Op.spawn, cell.actorId, source.url, source.exportName, cell.givenName, packer.kind, packer.content);
    resident.status = "announced";
    resident.args = undefined;
    this.#awaited.add(cell.actorId);
    this.awaitedChanged();
  }

  #started(address: number, known: unknown): void {
    const resident = this.#residents.get(address);
    if (resident === undefined) return;
    // The host tells once per behaviour which messages it takes.
    if (known !== undefined) resident.cell.behaviour.learn(known as KnownBehaviour);
    this.#awaited.delete(address);
    const hasBegun = resident.status === "begun";
    resident.status = "started";
    if (hasBegun) begun(resident.cell);
  }

  #ignored(address: number): void {
    const resident = this.#residents.get(address);
    if (resident !== undefined) resident.cell.isIgnored = true;
  }

  #awaitEnd({ actorId }: Cell): void {
    if (!this.#residents.has(actorId)) return;
    this.#awaited.add(actorId);
    this.awaitedChanged();
  }

  #ended({ cell, status }: Resident): void {
    const { actorId } = cell;
    this.#residents.delete(actorId);
    this.#awaited.delete(actorId);
    // Not gone there yet: it was killed here, or its start took too long.
    if (this.actors.forget(actorId) && status !== "new") {
      this.outbox.add(Op.kill, actorId);
      this.#awaited.add(actorId);
      this.#killed.set(actorId, this.#events.killed());
    }
    this.awaitedChanged();
  }

  #unlink(address: number | string, asker: Cell | undefined): void {
    const target = this.actors.exported(address);
    if (asker === undefined) return;
    if (target !== undefined) unlinkCells(asker, target);
    this.outbox.addValue(Op.unlinked, address, asker.ref);
  }

  #register(name: string, cell: Cell | undefined): void {
    if (cell === undefined || !cell.isAlive) return;
    try {
      registerName(cell, name);
    } catch {
      // Taken here meanwhile: who took it there has to be told, because nobody waits for this.
      this.outbox.addValue(Op.conflict, name, cell.ref);
    }
  }
}
