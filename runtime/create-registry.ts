// Makes a registry: entries by key and by owner, taken out when the owner ends.
// Knows nothing of who looks things up or why.
import type { ActorRef, AnyActorRef, AnyBehaviour } from "./actor-ref.ts";
import type { ActorSystem } from "./actor-system.ts";
import { BaseError, newId } from "./base/index.ts";
import { actorDown } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import type { Watcher } from "./cell-parts.ts";
import { cellIn } from "./cell-ref.ts";
import { HandledMessage } from "./exit-reason.ts";
import { Audience } from "./fan-out.ts";
import type { Kernel } from "./kernel.ts";
import { kernelOf } from "./kernel-of.ts";
import { KeyLock } from "./key-lock.ts";
import type { Registry, RegistryEntry, RegistryNotice, ValueUpdate, ViaKey } from "./registry.ts";
import { keyTaken, registryDuplicate } from "./registry-errors.ts";

/** How a registry is made. */
export interface RegistryOptions {
  /** `unique`: a key has one owner at a time. `duplicate`: as many as come. */
  readonly keys: "unique" | "duplicate";
  /** Named in errors and notices. Default a new id. */
  readonly name?: string;
  /** Actors, or names of actors, that are sent a {@link RegistryNotice} for each entry that comes or goes. */
  readonly listeners?: readonly (AnyActorRef | string)[];
}

/**
 * Makes a registry for actors of one system.
 *
 * It is a table, not an actor: look-ups cost no message, and it cannot fail before those it serves.
 * @throws OPTION_INVALID
 * @example
 * const topics = createRegistry<string, number>(system, { keys: "duplicate" });
 * topics.register("news", ref, 1);
 * topics.dispatch("news", (entries) => entries.forEach((entry) => entry.ref.send("hello")));
 */
export function createRegistry<Key, Value = undefined>(
  system: ActorSystem,
  options: RegistryOptions,
): Registry<Key, Value> {
  const { keys } = options;
  if (keys !== "unique" && keys !== "duplicate") {
    throw new BaseError("OPTION_INVALID", `Expected keys to be "unique" or "duplicate", found "${String(keys)}".`, {
      details: { option: "keys", found: String(keys) },
    });
  }
  return new TableRegistry(system, options);
}

/** Entries of one key, and the lists of them as they were last made. */
class Bucket<Key, Value> {
  readonly entries = new Set<RegistryEntry<Key, Value>>();
  #listed: readonly RegistryEntry<Key, Value>[] | undefined;
  #audience: Audience | undefined;

  add(entry: RegistryEntry<Key, Value>): void {
    this.entries.add(entry);
    this.#changed();
  }

  delete(entry: RegistryEntry<Key, Value>): boolean {
    this.#changed();
    return this.entries.delete(entry);
  }

  /** The entries' actors; some of them may have ended while deaths are being told. */
  audience(kernel: Kernel<Cell>): Audience {
    this.#audience ??= new Audience(
      kernel,
      this.list(false).map(({ ref }) => kernel.cellOf(ref)),
    );
    return this.#audience;
  }

  /** The entries; while deaths are being told, without those of owners that have ended and whose end is not told yet. */
  list(isTelling: boolean): readonly RegistryEntry<Key, Value>[] {
    this.#listed ??= Object.freeze([...this.entries]);
    return isTelling ? this.#listed.filter(({ ref }) => ref.isAlive) : this.#listed;
  }

  #changed(): void {
    this.#listed = undefined;
    this.#audience = undefined;
  }
}

/** What one owner has, and the watch over it. */
interface Owner<Key, Value> {
  readonly entries: Set<RegistryEntry<Key, Value>>;
  readonly watcher: Watcher;
}

class TableRegistry<Key, Value> implements Registry<Key, Value> {
  readonly name: string;
  readonly #system: ActorSystem;
  readonly #kernel: Kernel<Cell>;
  readonly #isUnique: boolean;
  readonly #listeners: readonly (AnyActorRef | string)[];
  readonly #buckets = new Map<Key, Bucket<Key, Value>>();
  readonly #owners = new Map<Cell, Owner<Key, Value>>();
  readonly #lock: KeyLock<Key>;
  #size = 0;

  constructor(system: ActorSystem, options: RegistryOptions) {
    this.name = options.name ?? newId("registry");
    this.#system = system;
    this.#kernel = kernelOf(system);
    this.#isUnique = options.keys === "unique";
    this.#listeners = options.listeners ?? [];
    this.#lock = new KeyLock(system);
  }

  get size(): number {
    return this.#size;
  }

  register(key: Key, owner: AnyActorRef, value: Value): void {
    const cell = cellIn(this.#system, owner);
    if (!cell.isAlive)
      throw actorDown(cell.name, cell.actorId, "noproc", new HandledMessage("info", "register", undefined));
    if (this.#isUnique) this.#checkFree(key);
    const entry: RegistryEntry<Key, Value> = Object.freeze({ key, ref: cell.ref, value });
    this.#bucketOf(key).add(entry);
    this.#ownerOf(cell).entries.add(entry);
    this.#size++;
    this.#tell("register", entry);
  }

  unregister(key: Key, owner: AnyActorRef, fits: (value: Value) => boolean = () => true): number {
    const cell = cellIn(this.#system, owner);
    const known = this.#owners.get(cell);
    if (known === undefined) return 0;
    const going = [...known.entries].filter((entry) => same(entry.key, key) && fits(entry.value));
    for (const entry of going) {
      known.entries.delete(entry);
      this.#remove(entry);
    }
    if (known.entries.size === 0) {
      this.#owners.delete(cell);
      cell.watchers?.delete(known.watcher);
    }
    return going.length;
  }

  lookup(key: Key): readonly RegistryEntry<Key, Value>[] {
    return this.#buckets.get(key)?.list(this.#kernel.isTelling) ?? [];
  }

  whereis<B extends AnyBehaviour>(key: Key): ActorRef<B> | undefined {
    // The caller's word for the behaviour, as documented; a wrong one ends in MESSAGE_UNKNOWN.
    return this.lookup(key)[0]?.ref as ActorRef<B> | undefined;
  }

  keys(owner: AnyActorRef): readonly Key[] {
    return this.#entriesOf(owner).map(({ key }) => key);
  }

  values(key: Key, owner: AnyActorRef): readonly Value[] {
    return this.#entriesOf(owner)
      .filter((entry) => same(entry.key, key))
      .map(({ value }) => value);
  }

  updateValue(key: Key, owner: AnyActorRef, change: (value: Value) => Value): ValueUpdate<Value> {
    if (!this.#isUnique) throw registryDuplicate(this.name, "updateValue");
    const cell = cellIn(this.#system, owner);
    const [entry] = this.lookup(key);
    if (entry === undefined || entry.ref !== cell.ref) return { status: "not-owner" };
    const value = change(entry.value);
    const changed: RegistryEntry<Key, Value> = Object.freeze({ ...entry, value });
    const bucket = this.#bucketOf(key);
    bucket.delete(entry);
    bucket.add(changed);
    const { entries } = this.#ownerOf(cell);
    entries.delete(entry);
    entries.add(changed);
    return { status: "updated", before: entry.value, value };
  }

  dispatch(key: Key, visit: (entries: readonly RegistryEntry<Key, Value>[]) => void): void {
    const entries = this.lookup(key);
    if (entries.length > 0) visit(entries);
  }

  publish(key: Key, message: unknown): number {
    const kernel = this.#kernel;
    const audience = this.#buckets.get(key)?.audience(kernel);
    if (audience === undefined) return 0;
    if (kernel.isTelling) return audience.sendToLiving(message);
    audience.send(message);
    return audience.size;
  }

  select(fits: (entry: RegistryEntry<Key, Value>) => boolean): readonly RegistryEntry<Key, Value>[] {
    return [...this.#buckets.values()].flatMap((bucket) => bucket.list(this.#kernel.isTelling).filter(fits));
  }

  lock<Result>(key: Key, holder: AnyActorRef, work: () => Result | Promise<Result>): Promise<Result> {
    return this.#lock.run(key, holder, work);
  }

  via(key: Key, value: Value): ViaKey {
    if (!this.#isUnique) throw registryDuplicate(this.name, "via");
    return {
      checkFree: () => this.#checkFree(key),
      claim: (ref) => this.register(key, ref, value),
    };
  }

  #checkFree(key: Key): void {
    const [holder] = this.lookup(key);
    if (holder !== undefined) throw keyTaken(this.name, key, holder.ref);
  }

  #entriesOf(owner: AnyActorRef): readonly RegistryEntry<Key, Value>[] {
    const cell = cellIn(this.#system, owner);
    return cell.isAlive ? [...(this.#owners.get(cell)?.entries ?? [])] : [];
  }

  #bucketOf(key: Key): Bucket<Key, Value> {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #ownerOf(cell: Cell): Owner<Key, Value> {
    const known = this.#owners.get(cell);
    if (known !== undefined) return known;
    const owner: Owner<Key, Value> = { entries: new Set(), watcher: { tell: () => this.#clean(cell) } };
    this.#owners.set(cell, owner);
    cell.watchers ??= new Set();
    cell.watchers.add(owner.watcher);
    return owner;
  }

  #clean(cell: Cell): void {
    const owner = this.#owners.get(cell);
    this.#owners.delete(cell);
    for (const entry of owner?.entries ?? []) this.#remove(entry);
  }

  /** Takes out this very entry: the key may have another owner by now. */
  #remove(entry: RegistryEntry<Key, Value>): void {
    const bucket = this.#buckets.get(entry.key);
    if (!bucket?.delete(entry)) return;
    this.#size--;
    if (bucket.entries.size === 0) this.#buckets.delete(entry.key);
    this.#tell("unregister", entry);
  }

  #tell(type: "register" | "unregister", entry: RegistryEntry<Key, Value>): void {
    if (this.#listeners.length === 0) return;
    const notice: RegistryNotice<Key, Value> = { type, registry: this.name, ...entry };
    for (const listener of this.#listeners) {
      const ref = typeof listener === "string" ? this.#system.whereis(listener) : listener;
      ref?.send(notice);
    }
  }
}

/** As a Map compares keys. */
function same(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
