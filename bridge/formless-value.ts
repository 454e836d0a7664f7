// Which objects have no form in which they could cross: what they are is not in their properties, and would be lost without a word.
// Pure; knows nothing of the wire.
import { types } from "node:util";

/** What such an object is, and what to do instead where it is more than to pass something else. */
export interface Formless {
  readonly found: string;
  readonly remedy?: string;
}

/** What is wrong with an object that is neither plain nor known to the bridge; undefined where its properties are all of it. */
export function formlessOf(value: object): Formless | undefined {
  if ("then" in value && typeof value.then === "function") {
    return { found: `${named(value)} that nobody has awaited`, remedy: "Await it, and pass what comes of it." };
  }
  if (value instanceof Error || types.isNativeError(value)) {
    return { found: named(value), remedy: "Throw it, or pass its message." };
  }
  if (types.isRegExp(value)) return { found: named(value), remedy: "Pass its `source`." };
  // A regular class's own fields are what it is; a class of the language's or of Node's keeps what it is elsewhere, and says its name by a tag.
  const isTagged = Object.prototype.toString.call(value) !== "[object Object]";
  return isTagged && Object.keys(value).length === 0 ? { found: named(value) } : undefined;
}

function named(value: object): string {
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  const made: unknown = value.constructor?.name;
  // Generators and iterators have no class of a name.
  const name = typeof made === "string" && made !== "" && made !== "Object" ? made : tag;
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}
