// Values that may be thrown and cannot be read as one reads errors: no text, a text that throws, nothing at all.
// Knows nothing of who throws them.

// No text: JSON refuses it, and it has no prototype to have a text from.
function cyclicRecord(): unknown {
  const record: { self?: unknown } = Object.create(null);
  record.self = record;
  return record;
}

// Its own message throws.
function unreadableError(): unknown {
  return Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("the getter");
    },
  });
}

// It throws whatever it is asked.
function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Each with its name and the words that are left to say of it. */
export const UNREADABLE: readonly (readonly [name: string, thrown: () => unknown, text: string])[] = [
  ["a cycle without a prototype", cyclicRecord, "[object Object]"],
  ["a bigint in an object without a prototype", () => ({ __proto__: null, rows: 1n }), "[object Object]"],
  ["an error whose message throws", unreadableError, "[object Error]"],
  ["a revoked proxy", revokedProxy, "a value that cannot be put into words"],
];
