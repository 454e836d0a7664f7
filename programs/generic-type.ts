// Types that take others in brackets: `list[…]`, `tuple[…]`, `Union[…]`.
// Knows nothing of text.
import { type FieldType, NONE, unionOf } from "./field-type.ts";

/** What stands between brackets: types, and for `tuple[int, ...]` the dots. */
export interface TypeArguments {
  readonly types: readonly FieldType[];
  /** Whether `...` follows the types. */
  readonly open: boolean;
}

/** The type that a name makes of its arguments, or what is wrong with them, as a sentence's end. */
export function genericType(name: string, { types, open }: TypeArguments): FieldType | { readonly problem: string } {
  const [first, second] = types;
  const one = first !== undefined && types.length === 1;
  if (open && !(one && (name === "tuple" || name === "Tuple"))) {
    return { problem: "`...` stands only in a tuple, after its one type, like tuple[int, ...]" };
  }
  switch (name) {
    case "list":
    case "List":
      return one ? { kind: "list", item: first } : { problem: "`list` takes one type, like list[str]" };
    case "set":
    case "Set":
      return one ? { kind: "set", item: first } : { problem: "`set` takes one type, like set[int]" };
    case "frozenset":
    case "FrozenSet":
      return one ? { kind: "frozenset", item: first } : { problem: "`frozenset` takes one type, like frozenset[int]" };
    case "tuple":
    case "Tuple":
      return open ? { kind: "tuple", items: types, open } : { kind: "tuple", items: types };
    case "dict":
    case "Dict":
      return first === undefined || second === undefined || types.length !== 2
        ? { problem: "`dict` takes two types, like dict[str, int]" }
        : { kind: "dict", key: first, value: second };
    case "Optional":
      return one ? unionOf([first, NONE]) : { problem: "`Optional` takes one type, like Optional[str]" };
    case "Union":
      return unionOf(types);
    default:
      return { problem: `\`${name}\` takes no types in brackets` };
  }
}
