// Words what a model answers in the format that a request asks for.
// Knows nothing of servers or pages.

/** What of a chat completions request is looked at. */
interface AskedFor {
  readonly messages: readonly { readonly content: unknown }[];
  readonly response_format?: unknown;
}

/** The text of a completion: a string as it is, else the values of the fields that the request asks for. */
export function completionText(asked: AskedFor, answer: unknown): string {
  if (typeof answer === "string") return answer;
  if (typeof answer !== "object" || answer === null) throw new Error("expected `<!-- answers: … -->` above the block");
  const values = new Map<string, unknown>(Object.entries(answer));
  if (asked.response_format !== undefined) return JSON.stringify(answer);
  const last = textOf(asked.messages.at(-1)?.content);
  const names = [...last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(([, name = ""]) => name);
  if (names.length === 0) return JSON.stringify(answer);
  const sections = names.filter((name) => name !== "completed").map((name) => section(name, values.get(name)));
  return `${sections.join("\n\n")}\n\n[[ ## completed ## ]]\n`;
}

function section(name: string, value: unknown): string {
  if (value === undefined) return "";
  return `[[ ## ${name} ## ]]\n${typeof value === "string" ? value : JSON.stringify(value)}`;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part: { readonly text?: string }) => part.text ?? "").join("\n") : "";
}
