// What ReAct and ReActV2 tell their model: DSPy's words, to the byte.
// From DSPy 3.3.1, https://github.com/stanfordnlp/dspy, MIT License, copyright (c) 2023 Stanford Future Data Systems.
import type { AnySignature } from "../signature.ts";

/** What ReAct's own tool says of itself. */
export function finishWords(signature: AnySignature): string {
  return `Marks the task as complete. That is, signals that all information for producing the outputs, i.e. ${names(signature.outputs)}, are now available to be extracted.`;
}

/** The instructions of ReAct's loop; `tools` are lines, the one that ends the loop last. */
export function reactInstructions(signature: AnySignature, tools: readonly string[]): string {
  return [
    ...(signature.instructions === "" ? [] : [`${signature.instructions}\n`]),
    `You are an Agent. In each episode, you will be given the fields ${names(signature.inputs)} as input. And you can see your past trajectory so far.`,
    `Your goal is to use one or more of the supplied tools to collect any necessary information for producing ${names(signature.outputs)}.\n`,
    "To do this, you will interleave next_thought, next_tool_name, and next_tool_args in each turn, and also when finishing the task.",
    "After each tool call, you receive a resulting observation, which gets appended to your trajectory.\n",
    "When writing next_thought, you may reason about the current situation and plan for future steps.",
    "When selecting the next_tool_name and its next_tool_args, the tool must be one of:\n",
    ...tools.map((line, index) => `(${index + 1}) ${line}`),
    "When providing `next_tool_args`, the value inside the field must be in JSON format",
  ].join("\n");
}

/** What ReActV2's own tool says of itself. */
export const SUBMIT_WORDS = "Submit the final outputs for the task.";

/** The instructions of ReActV2's loop. */
export function reactV2Instructions(signature: AnySignature, toolNames: readonly string[]): string {
  const outputs = names(signature.outputs);
  return [
    signature.instructions,
    `You are an Agent. Use the supplied tools to produce ${outputs} from ${names(signature.inputs)}.`,
    "Call tools when more information is needed.",
    `When the final answer is ready, call \`submit\` with ${outputs}.`,
    `The available tools are: ${toolNames.map((name) => `\`${name}\``).join(", ")}.`,
  ]
    .join("\n")
    .trim();
}

function names(fields: AnySignature["inputs"]): string {
  return fields.map(({ name }) => `\`${name}\``).join(", ");
}
