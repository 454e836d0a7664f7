// The parameters of programs that Python runs, asked of Python: what files in DSPy's format are made of.
// Knows nothing of files.
import { type Module, PythonModule, readPythonState, withModules } from "../programs/index.ts";
import { GENERAL } from "./python-options.ts";
import type { PythonPools } from "./python-pools.ts";
import { specOf } from "./python-spec.ts";

/** A copy of a program in which each module in Python holds its state. */
export async function withPythonStates<Program extends Module>(pools: PythonPools, program: Program): Promise<Program> {
  const found = new Set<PythonModule>();
  withModules(program, (_path, module) => {
    if (module instanceof PythonModule) found.add(module);
    return undefined;
  });
  const held = new Map<Module, PythonModule>();
  for (const module of found) {
    const { pool = GENERAL, ...request } = module.request;
    const answer = await pools.run(pool, "dspex.state", { spec: specOf(request) }, { repeatable: true });
    // The worker wrote it: `programs.py`.
    held.set(module, module.withState(readPythonState((answer as { readonly state: string }).state)));
  }
  return withModules(program, (_path, module) => held.get(module));
}
