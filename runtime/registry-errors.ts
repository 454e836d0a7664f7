// What registries refuse, in words.
// Knows nothing of when.
import type { AnyActorRef } from "./actor-ref.ts";
import { BaseError } from "./base/index.ts";

export function keyTaken(registry: string, key: unknown, ref: AnyActorRef): BaseError {
  return new BaseError(
    "KEY_TAKEN",
    `Expected a free key of registry "${registry}", found ${wordsOf(key)}, which actor "${ref.actorName}" (${ref.actorId}) has.`,
    { details: { registry, ref } },
  );
}

export function registryDuplicate(registry: string, asked: string): BaseError {
  return new BaseError(
    "REGISTRY_DUPLICATE",
    `Expected a registry with unique keys for ${asked}, found "${registry}", whose keys may have many owners.`,
    { details: { registry, asked } },
  );
}

function wordsOf(key: unknown): string {
  return typeof key === "string" ? `"${key}"` : typeof key === "object" ? "an object" : String(key);
}
