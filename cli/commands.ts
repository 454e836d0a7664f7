// Every command: what it takes, what its help says, and where its work is. One table for help, parsing and resume.
// Knows nothing of how commands work.
import type { Command } from "./command.ts";
import type { FlagName } from "./flags.ts";

const PROGRAM: readonly FlagName[] = ["lm", "store", "program", "load", "timeout", "compat"];
const RUNS: readonly FlagName[] = [
  ...PROGRAM,
  "data",
  "inputs",
  "window",
  "seed",
  "pass-threshold",
  "min-score",
  "version-tag",
  "new",
  "force",
  "retry-failed",
];

const PROGRAM_EXPORTS = `  program   the program, a module such as predict(signature("question -> answer")); else the default export; --program NAME names another
  lm        optional: "provider/model" or a provider object; --lm and DSPEX_LM win over it`;

const RUN_EXPORTS = `${PROGRAM_EXPORTS}
  metric    a function (example, prediction) => number or boolean, or a record of them by name, the first of which leads
  inputs    names of the fields that programs are given; needed where examples are plain objects (else --inputs a,b)
  version   optional: your own word for the version of the code; compared on resume (--version-tag wins over it)`;

const RESUMES = `The same command again goes on with a run that it left unfinished, and asks no model twice for what is recorded.
It is refused where the file, one of its relative imports or the data has changed; --force goes on all the same, --new starts afresh.`;

/** The commands, in the order of help. */
export const COMMANDS: readonly Command[] = [
  {
    commandName: "run",
    arguments: "<file> [--input JSON|@FILE|- | name=text name:=json …]",
    positionals: [1, Number.POSITIVE_INFINITY],
    summary: "call a program once",
    details: `Reads these exports of the file:
${PROGRAM_EXPORTS}

Examples:
  dspex run qa.ts question="Who wrote Dubliners?"
  dspex run qa.ts --input '{"question": "Who wrote Dubliners?"}' --json`,
    flags: [...PROGRAM, "input", "new", "force"],
    kind: "runs",
    load: async () => (await import("./run-command.ts")).runCommand,
  },
  {
    commandName: "eval",
    arguments: "<file>",
    positionals: [1, 1],
    summary: "evaluate a program on a data set",
    details: `Reads these exports of the file:
${RUN_EXPORTS}
  dataset   a data set, an array of examples or plain objects, or a function that gives one; --data FILE.jsonl wins over it

${RESUMES}

Examples:
  dspex eval qa.ts --min-score 0.8
  dspex eval qa.ts --data dev.jsonl --inputs question --lm openai/gpt-4o-mini`,
    flags: RUNS,
    kind: "runs",
    load: async () => (await import("./eval-command.ts")).evalCommand,
  },
  {
    commandName: "optimize",
    arguments: "<file>",
    positionals: [1, 1],
    summary: "improve a program by examples",
    details: `Reads these exports of the file:
${RUN_EXPORTS}
  trainset  what to learn from: a data set, an array, or a function that gives one; --data FILE.jsonl wins over it
  valset    optional: what to choose by (default: the training set); --valdata FILE.jsonl wins over it
  optimizer an optimizer, such as bootstrapFewShotWithRandomSearch(); --optimizer NAME --set OPTION=VALUE wins over it
  teacher   optional: the program that shows how

Optimizers of dspex: bootstrap-few-shot, bootstrap-few-shot-with-random-search, labeled-few-shot.

${RESUMES}

Examples:
  dspex optimize qa.ts --optimizer bootstrap-few-shot-with-random-search --set numCandidatePrograms=8
  dspex optimize qa.ts --save best.json; dspex eval qa.ts --load best.json`,
    flags: [...RUNS, "valdata", "optimizer", "set", "parallel-trials", "save"],
    kind: "runs",
    load: async () => (await import("./optimize-command.ts")).optimizeCommand,
  },
  {
    commandName: "resume",
    arguments: "<run id>",
    positionals: [1, 1],
    summary: "go on with an interrupted run",
    details: `Loads the run's file again, with the arguments the run was started with, and reads the same exports.
It is refused where the file or one of its relative imports has changed; --force goes on all the same.
A recorded failure is replayed like an answer; --retry-failed asks again, also in a run that is complete.
A complete run is not run again: what it came to is printed.`,
    flags: ["store", "file", "version-tag", "min-score", "save", "force", "retry-failed"],
    kind: "runs",
    load: async () => (await import("./resume-command.ts")).resumeCommand,
  },
  {
    commandName: "ls",
    arguments: "",
    positionals: [0, 0],
    summary: "list recent runs, newest first",
    details: "Lists evaluations, optimizations, calls of programs, and experiments that nobody has run yet.",
    flags: ["store", "limit", "status", "program"],
    kind: "reads",
    load: async () => (await import("./ls-command.ts")).lsCommand,
  },
  {
    commandName: "show",
    arguments: "<id>",
    positionals: [1, 1],
    summary: "show a run, trial, example, call or experiment",
    details: `Examples:
  dspex show run_abc                     the report, the trials, the decisions
  dspex show "run_abc/seed 3"            one trial and its program
  dspex show run_abc --example 3-1f0c    why this result: inputs, prediction, scores, every prompt and response
  dspex show call_abc-0                  one call of a program`,
    flags: ["store", "example", "trial", "limit"],
    kind: "reads",
    load: async () => (await import("./show-command.ts")).showCommand,
  },
  {
    commandName: "tree",
    arguments: "",
    positionals: [0, 0],
    summary: "show the supervision tree of the process that works on a store",
    details: `Asks the running process through a socket in the store's folder that only you may enter. A process shows its tree while it
runs dspex run, eval, optimize or resume, or a runtime made with createRuntime({ store, inspection: "on" }).
Each line: id and name, status, where it runs, messages waiting and handled, restarts, how its last incarnation ended.

Examples:
  dspex tree
  dspex tree --store /var/lib/app/.dspex --json`,
    flags: ["store", "limit"],
    kind: "reads",
    load: async () => (await import("./tree-command.ts")).treeCommand,
  },
  {
    commandName: "python",
    arguments: "setup | doctor",
    positionals: [1, 1],
    summary: "make the environment that Python workers run in, or check it",
    details: `setup   makes .dspex/python in the current folder: DSPy 3.3.1 and what the worker needs, each package held against its hash.
        Uses uv where it is there. Done once; it changes nothing where all is as it should be.
doctor  looks at the interpreter, its packages, DSPy's release, and whether a worker starts; exit code 1 where it does not.

Examples:
  dspex python setup
  dspex python doctor --python ~/.venvs/dspy/bin/python`,
    flags: ["python", "development"],
    kind: "reads",
    load: async () => (await import("./python-command.ts")).pythonCommand,
  },
];
