// A registry as others see it: keys of any kind, each with one owner or with many, and a value per entry.
// Knows nothing of how entries are kept.
import type { ActorRef, AnyActorRef, AnyBehaviour } from "./actor-ref.ts";

/** One registration. */
export interface RegistryEntry<Key, Value> {
  readonly key: Key;
  readonly ref: AnyActorRef;
  readonly value: Value;
}

/** What listeners are sent when an entry comes or goes; also when its owner ends. */
export interface RegistryNotice<Key, Value> extends RegistryEntry<Key, Value> {
  readonly type: "register" | "unregister";
  readonly registry: string;
}

/** What became of an update: only an owner's own entry of a unique key can be changed. */
export type ValueUpdate<Value> =
  | { readonly status: "updated"; readonly before: Value; readonly value: Value }
  | { readonly status: "not-owner" };

/** A key to be taken by an actor before its `init` runs: made by `registry.via`, given to `spawn` or a child's options. */
export interface ViaKey {
  /** @throws KEY_TAKEN */
  checkFree(): void;
  claim(ref: AnyActorRef): void;
}

/**
 * Who is to be found under which key.
 *
 * Entries end with their owner: no look-up shows one that has ended, whoever hears of the end first. Keys are compared with `===`
 * (and NaN is itself).
 */
export interface Registry<Key, Value> {
  readonly name: string;
  /** How many entries there are. */
  readonly size: number;
  /** Enters a living actor. In a registry with duplicate keys also more than once under one key. @throws KEY_TAKEN, ACTOR_DOWN, REF_FOREIGN */
  register(key: Key, owner: AnyActorRef, value: Value): void;
  /** Takes out the owner's entries under a key (those that `fits`); how many there were. */
  unregister(key: Key, owner: AnyActorRef, fits?: (value: Value) => boolean): number;
  /** The entries under a key, in the order in which they came. */
  lookup(key: Key): readonly RegistryEntry<Key, Value>[];
  /** The actor under a key, the first where there are several. The type is the caller's word: keys carry none. */
  whereis<B extends AnyBehaviour>(key: Key): ActorRef<B> | undefined;
  /** The keys of one owner; a key held twice is listed twice. */
  keys(owner: AnyActorRef): readonly Key[];
  /** The values of one owner under a key. */
  values(key: Key, owner: AnyActorRef): readonly Value[];
  /** Changes the owner's value under a unique key; for anybody else `change` is not run. @throws REGISTRY_DUPLICATE */
  updateValue(key: Key, owner: AnyActorRef, change: (value: Value) => Value): ValueUpdate<Value>;
  /** Hands all entries under a key to `visit`, once, in the caller; not at all where there are none. */
  dispatch(key: Key, visit: (entries: readonly RegistryEntry<Key, Value>[]) => void): void;
  /**
   * Sends a message to the actors of all entries under a key, and says how many entries those are.
   *
   * As a `send` to each, in the order in which the entries came, at a fraction of its cost where they are many.
   */
  publish(key: Key, message: unknown): number;
  /** The entries that fit. */
  select(fits: (entry: RegistryEntry<Key, Value>) => boolean): readonly RegistryEntry<Key, Value>[];
  /**
   * Runs `work` while no other holder of the same key's lock runs; other keys do not wait. Entries are not touched.
   *
   * Freed when the work has settled, or when the holder ends. Rejects with what the work rejects with, and with ACTOR_DOWN where the
   * holder ended before its turn.
   */
  lock<Result>(key: Key, holder: AnyActorRef, work: () => Result | Promise<Result>): Promise<Result>;
  /** For `spawn(…, { via })`: the actor has this key before its `init` runs. @throws REGISTRY_DUPLICATE */
  via(key: Key, value: Value): ViaKey;
}
