// Makes a case smaller as long as both sides still part.
// Knows no kind of case: only JSON, and what in it may go.

/** Smaller forms of a case, the boldest first: list items and fields left out, texts halved. */
export function smallerForms(value: unknown, path: readonly (string | number)[] = []): unknown[] {
  if (typeof value === "string") return isFixed(path) ? [] : shorterTexts(value);
  if (Array.isArray(value)) {
    const without = value.map((_, index) => value.toSpliced(index, 1));
    const inner = value.flatMap((item, index) =>
      smallerForms(item, [...path, index]).map((smaller) => value.with(index, smaller)),
    );
    return [...without, ...inner];
  }
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const without = entries.filter(([key]) => isLoose(key, path)).map(([key]) => withoutKey(entries, key));
  const inner = entries.flatMap(([key, item]) =>
    smallerForms(item, [...path, key]).map((smaller) =>
      Object.fromEntries(entries.map((entry) => (entry[0] === key ? [key, smaller] : entry))),
    ),
  );
  return [...without, ...inner];
}

/** The smallest form that still parts; `parts` asks both sides. At most so many asks. */
export async function shrink<Case>(
  first: Case,
  parts: (cases: readonly Case[]) => Promise<readonly boolean[]>,
  maxAsks = 1500,
): Promise<Case> {
  let smallest = first;
  for (let asks = 0; asks < maxAsks; ) {
    // A smaller form is checked by asking both sides of it, and is a case of the same shape.
    const forms = smallerForms(smallest).slice(0, 400) as Case[];
    if (forms.length === 0) break;
    asks += forms.length;
    const found = (await parts(forms)).indexOf(true);
    const next = found === -1 ? undefined : forms[found];
    if (next === undefined) break;
    smallest = next;
  }
  return smallest;
}

/** What both sides need to stay as it is: types, names, tags. */
function isFixed(path: readonly (string | number)[]): boolean {
  const last = path.at(-1);
  return (
    path.includes("types") || ["kind", "group", "what", "adapter", "type", "name", "$", "member"].includes(String(last))
  );
}

/** Values by field name, and what is said of a field beyond its type, may go. */
function isLoose(key: string, path: readonly (string | number)[]): boolean {
  const holder = path.at(-1);
  const inDemo = path.at(-2) === "demos";
  return ["desc", "constraints", "default"].includes(key) || holder === "inputs" || inDemo;
}

function withoutKey(entries: readonly (readonly [string, unknown])[], gone: string): unknown {
  return Object.fromEntries(entries.filter(([key]) => key !== gone));
}

function shorterTexts(text: string): string[] {
  if (text === "") return [];
  const half = Math.ceil(text.length / 2);
  const forms = [text.slice(half), text.slice(0, half)];
  for (let size = Math.ceil(text.length / 4); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < text.length && forms.length < 120; at += size)
      forms.push(text.slice(0, at) + text.slice(at + size));
  }
  return forms.filter((form) => form.length < text.length);
}
