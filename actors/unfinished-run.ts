// Finds the run that a command has left unfinished.
// Knows nothing of how it is resumed.
import { canonicalJson } from "../runtime/base/index.ts";
import type { ResultStore, RunRecord, RunSource } from "../stores/index.ts";

/** The newest run of this very command (module, export, arguments) that has not completed, whatever the code was then. */
export async function findUnfinished(store: ResultStore, source: RunSource): Promise<RunRecord | undefined> {
  const wanted = commandOf(source);
  let newest: RunRecord | undefined;
  for await (const run of store.list("run")) {
    if (run.status === "completed" || run.source === undefined || commandOf(run.source) !== wanted) continue;
    if (newest === undefined || run.startedAt > newest.startedAt) newest = run;
  }
  return newest;
}

/** The code's hash is left out: a run whose code changed is still this command's, and resuming it says what changed. */
function commandOf({ modulePath, exportName, args }: RunSource): string {
  return canonicalJson({ modulePath, exportName, args });
}
