// Finds the run that the same command left unfinished, and refuses it where code or data are no longer what they were.
// Knows nothing of how runs are started or resumed.
import type { Dataset, JsonValue, ResultStore, RunRecord, Runtime } from "../index.ts";
import { codeChanged, dataChanged } from "./errors.ts";
import type { FlagValues } from "./flags.ts";
import type { Job } from "./load-job.ts";

/** How the same command begins anew instead. */
export const NEW_STARTS_AFRESH = "--new starts afresh.";

/** Data sets by the role under which a run records them: `dataset`, `trainset`, `valset`. */
export type DatasetsByRole = Readonly<Record<string, Dataset>>;

/**
 * The run to go on with; undefined where there is none, or where `--new` says not to.
 *
 * Rejects with RUN_CODE_CHANGED, CLI_DATA_CHANGED unless `--force`.
 */
export async function findUnfinished(
  runtime: Runtime,
  { command, module }: Job,
  flags: FlagValues,
  datasets: DatasetsByRole = {},
): Promise<RunRecord | undefined> {
  if (flags.new === true) return undefined;
  const run = await runtime.unfinished(command);
  if (run === undefined || isOver(run)) return undefined;
  if (flags.force === true) return run;
  if (run.source?.moduleHash !== command.moduleHash) throw codeChanged(run.runId, module.file);
  for (const [role, dataset] of Object.entries(datasets)) {
    const recorded = await recordedDatasetHash(runtime.store, run, role);
    if (recorded !== dataset.hash) throw dataChanged(run.runId, role);
  }
  return run;
}

/** A run that failed by itself has ended: to begin it again by accident would replay its failure. `dspex resume` still takes it up. */
function isOver({ status }: RunRecord): boolean {
  return status === "failed";
}

async function recordedDatasetHash(store: ResultStore, run: RunRecord, role: string): Promise<string | undefined> {
  const payloadHash = textAt(run.metadata?.["datasets"], role);
  const payload = payloadHash === undefined ? undefined : await store.getPayload(payloadHash);
  return textAt(payload, "hash");
}

function textAt(value: JsonValue | undefined, key: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
}
