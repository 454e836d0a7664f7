// `npm run chaos`: kills evaluations and optimizations at any moment and shows that nothing is lost, repeated or different.
// Knows nothing of how; `run-chaos.ts` does it.
import { parseArgs } from "node:util";
import { runChaos } from "./run-chaos.ts";
import { runPythonChaos } from "./run-python-chaos.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    python: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(
    "npm run chaos -- [--python] [--kills N] [--seed S] [--json]\n" +
      "Kills jobs N times at seeded requests, and besides before, inside and after batch writes; each job is then resumed to its end.\n" +
      "lost: acknowledged but absent · repeated: asked again although recorded · different: final reports that differ ·\n" +
      "inFlight: asked again because the kill came before the record (allowed). Exit 1 unless lost, repeated and different are 0.\n" +
      "--python: an evaluation of a program in Python, and from the fourth kill on a search by each of DSPy's optimizers, whose workers are killed, stopped, crashed, held in C, made to leak and cut off, and whose\n" +
      "host is killed; 13 kills hit each search once. Also counted, and to be 0: processes that are left, sessions that leaked. Needs `npm run python:setup`.\n",
  );
  process.exit(0);
}
const kills = Number(values.kills);
const seed = Number(values.seed);
if (!Number.isSafeInteger(kills) || kills < 0 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`expected --kills and --seed to be whole numbers, got "${values.kills}" and "${values.seed}"\n`);
  process.exit(2);
}
const onLine = (line: string): void => void process.stderr.write(`${line}\n`);
if (values.python) {
  const found = await runPythonChaos({ kills, seed, onLine });
  const { lost, repeated, different, processes, sessions, inFlight } = found;
  process.stdout.write(
    values.json
      ? `${JSON.stringify(found)}\n`
      : `${found.kills} kills: ${lost} lost, ${repeated} repeated, ${different} different, ${processes} processes left, ${sessions} sessions leaked (${inFlight} in flight asked again)\n`,
  );
  process.exit(lost + repeated + different + processes + sessions === 0 ? 0 : 1);
}
const report = await runChaos({ kills, seed, onLine });
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${report.kills} kills: ${report.lost} lost, ${report.repeated} repeated, ${report.different} different (${report.inFlight} in flight asked again)\n`,
);
process.exitCode = report.lost + report.repeated + report.different === 0 ? 0 : 1;
