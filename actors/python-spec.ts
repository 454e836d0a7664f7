// What a program in Python is made of, as it is told there.
// Knows nothing of calls. `python/src/dspex_worker/program_specs.py` reads it.
import { pythonSignature, pythonStateText, type RemoteRequest } from "../programs/index.ts";

/** The spec of a request's program: equal ones are built once. */
export function specOf({ target, signature, options, args, tools, state }: Omit<RemoteRequest, "inputs">): object {
  return {
    name: target,
    args: args ?? [signatureSpec(signature)],
    options,
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => tool.toJSON()) }),
    ...(state === undefined ? {} : { state: pythonStateText(state) }),
  };
}

function signatureSpec(signature: RemoteRequest["signature"]): object {
  const { instructions, fields } = signature.state();
  const names = signature.fields.map(({ name }) => name);
  const words = names.map((name, index) => [name, { prefix: fields[index]?.prefix, desc: fields[index]?.description }]);
  return { ...pythonSignature(signature), instructions, fields: Object.fromEntries(words) };
}
