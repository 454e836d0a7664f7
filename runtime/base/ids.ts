// Names for things that need one.
// Ids are opaque: nothing may read meaning out of them.
import { customAlphabet } from "nanoid";

// No look-alikes (0 O 1 l I) and no punctuation: ids are typed into a shell and read over a phone.
const ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz";
const random12 = customAlphabet(ALPHABET, 12);

/** A new id, `<prefix>_<12 characters>`: short, copyable by a double click, safe in a path and a URL. */
export function newId(prefix: string): string {
  return `${prefix}_${random12()}`;
}
