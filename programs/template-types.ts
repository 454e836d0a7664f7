// Reads at compile time which values a template asks for, so that a misspelt one is an error there.
// Knows nothing of run time; `template-tree.ts` reads the whole grammar there.

/** The context that a template needs: every name that it asks for and does not give itself. A text known only at run time asks for anything. */
export type TemplateContext<Text extends string> = string extends Text
  ? Readonly<Record<string, unknown>>
  : {
      readonly [Name in Exclude<RootOf<TagOf<Text>>, GivenBy<TagOf<Text>>>]: unknown;
    };

type TagOf<Text extends string, Found = never> = Text extends `${string}{{${infer Tag}}}${infer Rest}`
  ? TagOf<Rest, Found | Trim<Tag>>
  : Found;

type RootOf<Tag> = Tag extends `!${string}` | `/${string}` | `"${string}` | `'${string}` | "else"
  ? never
  : Tag extends `#if ${infer Path}` | `else if ${infer Path}` | `#each ${infer Path} as ${string}`
    ? Head<Trim<Path>>
    : Tag extends `#${string}`
      ? never
      : Tag extends string
        ? Head<Tag>
        : never;

type GivenBy<Tag> = Tag extends `#each ${string} as ${infer Names}`
  ? Names extends `${infer Item},${infer Index}`
    ? Trim<Item> | Trim<Index>
    : Trim<Names>
  : never;

type Head<Path extends string> = Path extends `${infer Name}${"." | "[" | " " | "?" | "|"}${string}`
  ? Head<Name>
  : Path;

// Not the signatures' Trim: there `#` begins a comment.
type Trim<Text extends string> = Text extends `${" " | "\n" | "\t"}${infer Rest}` | `${infer Rest}${" " | "\n" | "\t"}`
  ? Trim<Rest>
  : Text;
