// `dspex show`: one thing of the record, in full.
// Knows nothing of what each thing looks like.
import type { ResultStore } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { recordUnknown, usageWrong } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { openRecord, storeFolder } from "./open-runtime.ts";
import { showCall } from "./show-call.ts";
import { showExample } from "./show-example.ts";
import { showExperiment } from "./show-experiment.ts";
import { showRun, showTrial } from "./show-run.ts";
import type { Shown } from "./shown.ts";

const LIST = "List them: dspex ls.";

/** Shows. */
export async function showCommand(context: CommandContext): Promise<ExitCode> {
  const { positionals, output } = context;
  const [id] = positionals;
  if (id === undefined) throw usageWrong(`Expected an id: dspex show run_…. ${LIST}`);
  const store = await openRecord(context);
  if (store === undefined)
    throw recordUnknown(id, "an id of the record", storeFolder(context), "There is no store there yet.");
  try {
    const shown = await show(context, store, id);
    for (const { key, message } of shown.problems) output.note(`unreadable: ${key}: ${message}`);
    output.result(shown.text, { ...shown.value, problems: shown.problems });
    return EXIT.ok;
  } finally {
    await store.close();
  }
}

async function show(context: CommandContext, store: ResultStore, id: string): Promise<Shown> {
  const { flags } = context;
  const slash = id.indexOf("/");
  const runId = slash === -1 ? id : id.slice(0, slash);
  const trialId = flags.trial ?? (slash === -1 ? undefined : id.slice(slash + 1));
  const run = await store.get("run", { runId });
  if (run === undefined) {
    const experiment = await store.getExperiment(id);
    if (experiment !== undefined) return showExperiment(store, experiment);
    throw recordUnknown(id, "the id of a run, a call or an experiment", store.location, LIST);
  }
  if (run.runKind === "program") return showCall(store, run);
  if (flags.example !== undefined) return showExample(context, store, run, trialId, flags.example);
  return trialId === undefined ? showRun(context, store, run) : showTrial(context, store, run, trialId);
}
