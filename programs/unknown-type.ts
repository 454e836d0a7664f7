// What to say of a name that is no type.
// Knows nothing of where it stands.
import { nearest } from "../runtime/base/index.ts";
import { FOREIGN_NAMES, GENERIC_TYPES, PLAIN_TYPES } from "./signature-words.ts";

/** The problem in words, and the type that was probably meant. */
export function unknownType(
  name: string,
  declared: Iterable<string>,
): { readonly problem: string; readonly near: string | undefined } {
  const near =
    FOREIGN_NAMES.get(name.toLowerCase()) ?? nearest(name, [...declared, ...PLAIN_TYPES.keys(), ...GENERIC_TYPES]);
  const hint =
    near === undefined
      ? "use str, int, float, bool, None, Any, list[…], dict[str, …], Optional[…], Union[…] or Literal[…], or declare it in `types`"
      : `did you mean \`${near}\`?`;
  return { problem: `\`${name}\` is not a type; ${hint}`, near };
}
