// Tracebacks of Python in recorded texts: what stands in their place here is another error's message, and counts as the same.
// Knows no case.

const TRACEBACK = "<Python traceback>";

/** What was found, with the expected text put where the two differ in nothing but a traceback. */
export function withTracebacks(found: unknown, expected: unknown): unknown {
  if (typeof found === "string" && typeof expected === "string") {
    return expected.includes(TRACEBACK) && pattern(expected).test(found) ? expected : found;
  }
  if (Array.isArray(found) && Array.isArray(expected)) {
    return found.map((item: unknown, index) => withTracebacks(item, expected[index]));
  }
  if (isRecord(found) && isRecord(expected)) {
    return Object.fromEntries(Object.entries(found).map(([key, item]) => [key, withTracebacks(item, expected[key])]));
  }
  return found;
}

function pattern(expected: string): RegExp {
  const parts = expected.split(TRACEBACK).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // DSPy begins a traceback on a line of its own; a message stands behind what introduces it.
  return new RegExp(`^${parts.map((part) => part.replace(/\s+$/, "\\s*")).join("[^]*?")}$`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
