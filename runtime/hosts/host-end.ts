// The end of a host's wire inside the host: spawns what the other side asks for, and finds names and links through it.
// Knows nothing of threads or processes.
import { endCell } from "../actor-end.ts";
import type { AnyBehaviour } from "../actor-ref.ts";
import { nameTaken, nameUnknown } from "../call-errors.ts";
import type { Cell } from "../cell.ts";
import { type ExitReason, Failure, HandledMessage } from "../exit-reason.ts";
import type { Kernel, NamesElsewhere } from "../kernel.ts";
import { launch } from "../spawn.ts";
import type { BatchReader } from "./batch-reader.ts";
import type { HostedSource } from "./hosted-module.ts";
import { ModuleLoader } from "./module-loader.ts";
import { Op, Way } from "./operations.ts";
import type { Post } from "./outbox.ts";
import type { KnownBehaviour } from "./remote-behaviour.ts";
import { type Address, RemoteCell } from "./remote-cell.ts";
import { WireEnd } from "./wire-end.ts";

/** Starts at which ids of actors that live in a host count, so that those that main has numbered keep their number. */
const FIRST_OWN_ID = 1_000_000_000;

export class HostEnd extends WireEnd implements NamesElsewhere<Cell> {
  readonly #modules = new ModuleLoader();
  readonly #onEnd: () => void;
  /** Actors whose module is still being loaded: what comes for them waits. */
  readonly #arriving = new Map<number, (() => void)[]>();
  readonly #named = new Map<string, RemoteCell>();
  readonly #described = new Set<AnyBehaviour>();
  /** Links that were undone here and not yet there: signals of theirs are too late. */
  readonly #unlinking = new Map<string, number>();
  /** Names that the other side gave: it knows them. */
  #givenName: string | undefined = undefined;

  constructor(kernel: Kernel<Cell>, hostName: string, sharesMemory: boolean, post: Post, onEnd: () => void) {
    super(kernel, hostName, sharesMemory, post);
    this.#onEnd = onEnd;
    kernel.nextActorId = FIRST_OWN_ID;
    kernel.elsewhere = this;
  }

  /** Says that the host is there, and posts it at once. */
  sayReady(): void {
    this.outbox.add(Op.ready);
    this.outbox.flush();
  }

  /** Says whether modules are being loaded, and posts it at once. */
  sayLoading(isLoading: boolean): void {
    this.outbox.add(Op.loading, isLoading ? 1 : 0);
    this.outbox.flush();
  }

  /** Says that the event loop came round. */
  sayBeat(memoryBytes: number): void {
    this.outbox.add(Op.beat, memoryBytes);
    this.outbox.flush();
  }

  find(name: string): Cell | undefined {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const cell = this.actors.stranger(name, name);
    this.#named.set(name, cell);
    this.outbox.add(Op.resolve, name);
    return cell;
  }

  taken(name: string, cell: Cell): void {
    if (name === this.#givenName || cell instanceof RemoteCell) return;
    this.outbox.addValue(Op.register, name, cell.ref);
  }

  freed(name: string): void {
    this.outbox.add(Op.retract, name);
  }

  link(local: Cell, target: Cell): void {
    if (target instanceof RemoteCell) this.outbox.addValue(Op.link, target.address, local.ref);
  }

  unlink(local: Cell, target: Cell): void {
    if (!(target instanceof RemoteCell)) return;
    const key = linkKey(local, target.address);
    this.#unlinking.set(key, (this.#unlinking.get(key) ?? 0) + 1);
    this.outbox.addValue(Op.unlink, target.address, local.ref);
  }

  protected override addressOf(cell: Cell): number {
    return -cell.actorId;
  }

  protected override beforeForward(): void {}

  protected override mayPass(target: Cell, from: Cell | undefined, way: number): boolean {
    return way !== Way.link || !(from instanceof RemoteCell) || !this.#unlinking.has(linkKey(target, from.address));
  }

  protected override takeOwn(op: number, reader: BatchReader): void {
    switch (op) {
      case Op.spawn: {
        const address = reader.number();
        const source = { url: reader.text(), exportName: reader.text() };
        this.#spawn(address, source, reader.textIfAny(), reader.value());
        return;
      }
      case Op.load:
        // Whoever needs it will be told why it does not load.
        this.#modules.load({ url: reader.text(), exportName: reader.text() }).catch(() => undefined);
        return;
      case Op.unlinked:
        this.#unlinked(reader.address(), reader.cell());
        return;
      case Op.bound:
        this.#bound(reader.text(), reader.cell());
        return;
      case Op.conflict:
        this.#conflict(reader.text(), reader.cell());
        return;
      case Op.end:
        this.#onEnd();
        return;
      default:
        return;
    }
  }

  protected override awaitedChanged(): void {}

  protected override isArriving(address: Address, act: () => void): boolean {
    const operations = typeof address === "number" ? this.#arriving.get(address) : undefined;
    operations?.push(act);
    return operations !== undefined;
  }

  protected override endArriving(address: Address, reason: ExitReason): void {
    if (typeof address !== "number" || reason === "normal" || !this.#arriving.delete(address)) return;
    this.addReason(Op.gone, address, reason === "kill" ? "killed" : reason);
  }

  #spawn(address: number, source: HostedSource, name: string | undefined, args: unknown): void {
    const loaded = this.#modules.loaded(source);
    if (loaded !== undefined) {
      this.#launch(address, loaded, name, args);
      return;
    }
    const operations: (() => void)[] = [];
    this.#arriving.set(address, operations);
    const arrived = (act: () => void): void => {
      if (this.#arriving.get(address) !== operations) return;
      this.#arriving.delete(address);
      act();
      for (const operation of operations) operation();
    };
    this.#modules.load(source).then(
      (behaviour) => arrived(() => this.#launch(address, behaviour, name, args)),
      (error: unknown) => arrived(() => this.#failed(address, error, args)),
    );
  }

  #launch(address: number, behaviour: AnyBehaviour, name: string | undefined, args: unknown): void {
    const { kernel } = this;
    const nextOwnId = kernel.nextActorId;
    // One actor, one number, on both sides: messages and reports agree.
    kernel.nextActorId = address;
    this.#givenName = name;
    try {
      const cell = launch(kernel, behaviour, args, name === undefined ? {} : { name }, undefined);
      this.actors.publish(cell, address);
      cell.starter = {
        resolve: () => this.#started(address, behaviour),
        reject: () => {
          if (cell.isIgnored) this.outbox.add(Op.ignored, address);
        },
      };
    } catch (error) {
      this.#failed(address, error, args);
    } finally {
      kernel.nextActorId = nextOwnId;
      this.#givenName = undefined;
    }
  }

  #started(address: number, behaviour: AnyBehaviour): void {
    let known: KnownBehaviour | undefined;
    if (!this.#described.has(behaviour)) {
      this.#described.add(behaviour);
      // Every loaded behaviour has a name.
      const behaviourName = (behaviour as { readonly behaviourName?: string }).behaviourName ?? "actor";
      known = { behaviourName, calls: Object.keys(behaviour.handleCall), casts: Object.keys(behaviour.handleCast) };
    }
    // Never by itself: of many that start at once the first would travel alone, and with it whoever waits for it to start the next, and so on
    // until each did.
    const { packer } = this.outbox;
    packer.pack(known, "what it takes");
    this.outbox.add(Op.started, address, packer.kind, packer.content);
  }

  #failed(address: number, error: unknown, args: unknown): void {
    this.addReason(Op.gone, address, new Failure(error, new HandledMessage("init", "", args)));
  }

  #unlinked(address: Address, asker: Cell | undefined): void {
    if (asker === undefined) return;
    const key = linkKey(asker, address);
    const left = (this.#unlinking.get(key) ?? 0) - 1;
    if (left > 0) this.#unlinking.set(key, left);
    else this.#unlinking.delete(key);
  }

  #bound(name: string, cell: Cell | undefined): void {
    const named = this.#named.get(name);
    if (named === undefined) return;
    const gone = (reason: ExitReason): void => {
      this.#named.delete(name);
      endCell(named, reason);
    };
    if (cell === undefined || !cell.isAlive) {
      // Said here as it would be there: the answers to these calls come behind this.
      for (const call of named.deferred?.takeAll() ?? [])
        call.giveUp(nameUnknown(name, this.kernel.names.keys(), undefined));
      gone("noproc");
      return;
    }
    cell.watchers ??= new Set();
    cell.watchers.add({ tell: gone });
  }

  #conflict(name: string, cell: Cell | undefined): void {
    if (cell === undefined || !cell.isAlive) return;
    const message = new HandledMessage("info", "register", name);
    endCell(cell, new Failure(nameTaken(name, "an actor of another thread", 0), message));
  }
}

/** A link between an actor of this host and one elsewhere. */
function linkKey(local: Cell, address: Address): string {
  return `${local.actorId}-${address}`;
}
