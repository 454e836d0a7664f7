// Replays the prompts of a `format.json`.
// Knows nothing of answers.
import { jsonAdapter, prepareProgram } from "../../programs/index.ts";
import { errorCode } from "../../runtime/base/index.ts";
import { adapterNamed } from "./adapters.ts";
import { compare, compareText, different, EQUAL, notYet, type Verdict } from "./case.ts";
import { loadModule, type RecordedTool } from "./modules.ts";
import { loadSignature, loadTypes, type RecordedSignature, type RecordedTypes } from "./signatures.ts";
import { withTracebacks } from "./tracebacks.ts";
import { loadValue, type RecordedNames } from "./values.ts";

/** A case of `format.json`. */
export interface FormatCase {
  readonly adapter?: string;
  readonly what?: string;
  readonly nativeFunctionCalling?: boolean;
  readonly types?: RecordedTypes;
  readonly signature: RecordedSignature;
  readonly demos: readonly Readonly<Record<string, unknown>>[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly tools?: readonly RecordedTool[];
  readonly expected: {
    readonly messages?: readonly RecordedMessage[];
    readonly error?: unknown;
    readonly schema?: unknown;
    readonly text?: string;
  };
}

/** A message as cases record it. */
export interface RecordedMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: unknown;
  readonly tool_call_id?: unknown;
  readonly name?: unknown;
}

/** Formats a case's prompt and compares it byte by byte. */
export function replayFormat(each: FormatCase): Verdict {
  if (each.what === "structured-output schema") return compareSchema(each);
  if (each.what?.startsWith("instructions of ") === true) return compareInstructions(each, each.what);
  if (each.adapter === undefined) return notYet(each.what ?? "not a prompt");
  const adapter = adapterNamed(each.adapter);
  if (adapter === undefined) return notYet(`the ${each.adapter} adapter`);
  const names = loadTypes(each.types);
  const signature = loadSignature(each.signature, names);
  const demos = each.demos.map((demo) => loadRecord(demo, names));
  const inputs = loadRecord(each.inputs, names);
  let messages: readonly RecordedMessage[];
  try {
    const conversation = { nativeTools: each.nativeFunctionCalling === true };
    messages = adapter.prepare(signature, demos, "dspy-3.3.1", conversation).format(inputs);
  } catch (error) {
    return each.expected.error === undefined ? different(`failed with ${errorCode(error)}`) : EQUAL;
  }
  return compareMessages(messages, each.expected.messages);
}

function compareSchema({ signature, types, expected }: FormatCase): Verdict {
  const asks = jsonAdapter.asks?.(
    loadSignature(signature, loadTypes(types)),
    { jsonMode: true, responseSchema: true },
    "dspy-3.3.1",
  );
  const format = asks?.[0].options?.responseFormat;
  return compare(Object(format?.["json_schema"]).schema, expected.schema, "schema");
}

/** What an agent tells its model, named as "instructions of ReAct(signature, tools)". */
function compareInstructions({ signature, types, tools = [], expected }: FormatCase, what: string): Verdict {
  const type = /^instructions of (\w+)\(signature, tools\)$/.exec(what)?.[1] ?? "";
  const recorded = { type, signature, tools: tools.map((tool) => ({ tool, returns: null })) };
  const module = loadModule(recorded, types, { config: {}, rolloutId: undefined });
  if (module === undefined) return notYet(what);
  const instructions = prepareProgram(module).predictors[0]?.predictor.signature.instructions;
  return compareText(instructions ?? "", expected.text ?? "", "instructions");
}

/** Compares two lists of messages. */
export function compareMessages(
  found: readonly RecordedMessage[],
  expected: readonly RecordedMessage[] | undefined,
): Verdict {
  if (expected === undefined) return different("should have failed");
  if (found.length !== expected.length) return different(`expected ${expected.length} messages, found ${found.length}`);
  for (const [index, message] of expected.entries()) {
    const ours = found[index];
    if (ours?.role !== message.role) return different(`message ${index} is ${ours?.role}, not ${message.role}`);
    const verdict =
      typeof message.content === "string"
        ? compareText(
            String(withTracebacks(ours.content, message.content)),
            message.content,
            `${message.role} message ${index}`,
          )
        : compare(ours.content, message.content, `${message.role} message ${index}`);
    if (verdict.status !== "equal") return verdict;
    const [calls, theirs] = [ours, message].map(({ tool_calls, tool_call_id, name }) => ({
      tool_calls,
      tool_call_id,
      name,
    }));
    const called = compare(calls, theirs, `tool calls of message ${index}`);
    if (called.status !== "equal") return called;
  }
  return EQUAL;
}

/** Values by field name, ints and floats kept apart. */
export function loadRecord(
  recorded: Readonly<Record<string, unknown>>,
  names?: RecordedNames,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name, loadValue(value, "marked", names)]));
}
