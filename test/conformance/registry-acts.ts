// What is done with registries in a scenario, by those outside and by workers; the twin of the same in conformance_elixir.ex.
// Must not know which steps came before.
import {
  type AnyActorRef,
  createRegistry,
  isBaseError,
  type Registry,
  type RegistryNotice,
} from "../../runtime/index.ts";
import type { Place } from "./place.ts";
import type { Op } from "./scenario.ts";
import type { World } from "./world.ts";

/** What was said to a step; no answer where it is not one of these. */
export interface Said {
  readonly text: string | undefined | Promise<string | undefined>;
}

/** One who is outside asks a registry. */
export function registryStep(world: World, [name, first, second, third]: Op): Said | undefined {
  const registry = (): Registry<unknown, unknown> => world.registryOf(first);
  switch (name) {
    case "registry":
      world.keepRegistry(
        String(first),
        createRegistry<unknown, unknown>(world.system, {
          name: String(first),
          keys: second as "unique" | "duplicate",
          listeners: (third ?? []) as readonly string[],
        }),
      );
      return { text: undefined };
    case "lookup":
      return { text: entries(world, registry(), (key) => key === second) };
    case "match":
      return { text: entries(world, registry(), (key, value) => key === second && value === third) };
    case "count-entries":
      return { text: String(registry().size) };
    case "keys-of":
      return { text: list(registry().keys(world.refOf(second)).map(String).sort()) };
    case "values-of":
      return { text: list(registry().values(second, world.refOf(third)).map(String)) };
    case "whereis-key":
      return { text: world.labelOf(registry().whereis(second)) };
    case "dispatch": {
      let visited = "not visited";
      registry().dispatch(second, (found) => {
        for (const { ref } of found) ref.send(third);
        visited = `visited ${found.length}`;
      });
      return { text: visited };
    }
    default:
      return undefined;
  }
}

/** A worker uses a registry in its own name. */
export function registryAct({ world, self }: Place, [name, first, second, third]: Op): string | undefined {
  const registry = (): Registry<unknown, unknown> => world.registryOf(first);
  switch (name) {
    case "reg":
      return registered(world, registry(), second, self.ref, third);
    case "unreg":
      registry().unregister(second, self.ref);
      return "ok";
    case "unreg-match":
      registry().unregister(second, self.ref, (value) => value === third);
      return "ok";
    case "update": {
      const update = registry().updateValue(second, self.ref, (value) => Number(value) + Number(third));
      return update.status === "updated" ? `updated ${String(update.before)} ${String(update.value)}` : "error";
    }
    default:
      return undefined;
  }
}

/** What a listener of a registry heard. */
export function wordsOfNotice(world: World, message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("registry" in message)) return undefined;
  // Only registries send messages that name one.
  const { type, registry, key, ref, value } = message as RegistryNotice<unknown, unknown>;
  const rest = type === "register" ? `,${String(value)}` : "";
  return `${type}(${registry},${String(key)},${world.labelOf(ref)}${rest})`;
}

function registered(
  world: World,
  registry: Registry<unknown, unknown>,
  key: unknown,
  owner: AnyActorRef,
  value: unknown,
): string {
  try {
    registry.register(key, owner, value);
    return "ok";
  } catch (error) {
    if (!isBaseError(error, "KEY_TAKEN")) throw error;
    return `error already_registered(${world.labelOf(registry.whereis(key))})`;
  }
}

function entries(
  world: World,
  registry: Registry<unknown, unknown>,
  fits: (key: unknown, value: unknown) => boolean,
): string {
  const found = registry.select(({ key, value }) => fits(key, value));
  return list(found.map(({ ref, value }) => `${world.labelOf(ref)}=${String(value)}`));
}

function list(texts: readonly string[]): string {
  return `[${texts.join(" ")}]`;
}
