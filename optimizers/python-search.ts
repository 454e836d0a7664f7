// One search of an optimizer that runs in Python: answers what it asks, a run, a judgement, a model's answer, from the study it works in.
// Knows nothing of processes or frames, nor of any particular optimizer.
import type { Outcome } from "../evaluate/index.ts";
import {
  type Example,
  type LmOptions,
  type LmRequest,
  type Module,
  PythonModule,
  readPythonState,
} from "../programs/index.ts";
import { contentHash, fromErrorRecord, isJsonObject, type JsonObject } from "../runtime/base/index.ts";
import { remoteInvalid } from "./errors.ts";
import type {
  CandidateAsk,
  CandidateName,
  MetricAsk,
  RunAsk,
  SentExample,
  TrialBegin,
  TrialEnd,
} from "./python-asks.ts";
import { describeProgram, type ExampleRef, failureToPython, runToPython, withSentState } from "./python-program.ts";
import { type SearchTrial, SearchTrials } from "./python-trials.ts";
import { comparable, exampleOf, exampleToPython, plainRecord, plainValue } from "./python-values.ts";
import type { Study } from "./study.ts";
import type { RemoteAsk, StudyRemote } from "./study-remote.ts";

/** The model's name in Python where it is the study's own. */
const OWN_MODEL = "host";

/** What a search is begun with. */
export interface SearchOrder {
  readonly constructorArguments: JsonObject;
  readonly compileArguments: JsonObject;
  /** What Python's optimizers are shown of the program where they ask for its source. */
  readonly source?: string;
  /** The metric, where it lives in Python: the name it is registered under. */
  readonly pythonMetric?: string;
}

/** What is answered: a value, or what somebody failed with whom the optimizer knows how to deal with. */
type Answer = { readonly value: unknown } | { readonly failure: unknown };

/** Answers for one study, over all the workers that work on it one after the other. */
export class PythonSearch {
  readonly #study: Study;
  readonly #remote: StudyRemote;
  readonly #order: SearchOrder;
  readonly #end: AbortController;
  readonly #trials: SearchTrials;
  readonly #candidates = new Map<string, Module>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #asked = new Map<string, number>();
  #starts = 0;

  /** `end` is aborted with what the study ended with, so that the search does not go on against closed doors. */
  constructor(study: Study, remote: StudyRemote, order: SearchOrder, end: AbortController) {
    this.#study = study;
    this.#remote = remote;
    this.#order = order;
    this.#end = end;
    this.#trials = new SearchTrials(study, remote, (sent) => this.#sentExample(sent));
  }

  /** The evaluations of the search that have ended, in its order. */
  get trials(): readonly SearchTrial[] {
    return this.#trials.ended;
  }

  /** The program of a name that Python has told. */
  candidate({ role, name }: CandidateName): Module {
    const found = this.#candidates.get(`${role} ${name}`);
    if (found === undefined) throw remoteInvalid(`it named a program ${name} that it never sent`);
    return found;
  }

  /** Answers one ask. */
  readonly serve = async (ask: RemoteAsk): Promise<unknown> => {
    let answer: Answer;
    try {
      answer = await this.#answer(ask);
    } catch (error) {
      // Failures of programs, metrics and models come as values: what is thrown here ended the study.
      this.#end.abort(error);
      throw error;
    }
    if ("failure" in answer) throw answer.failure;
    return answer.value;
  };

  async #answer({ kind, name, input, slot }: RemoteAsk): Promise<Answer> {
    // `search.py` wrote the inputs.
    switch (kind) {
      case "begin":
        return { value: this.#begin() };
      case "candidate":
        return { value: this.#declare(name, input as CandidateAsk) };
      case "run":
        return { value: await this.#once(`run ${slot}`, input, () => this.#run(input as RunAsk, slot)) };
      case "metric":
        return judgementAnswer(
          await this.#once(`judgement ${slot}`, input, () => this.#judge(input as MetricAsk, slot)),
        );
      case "lm":
        return this.#complete(name, plainValue(input) as LmRequest, slot);
      case "tool":
        return this.#callTool(name, plainValue(input), slot);
      case "trial": {
        const begun = input as TrialBegin;
        if (name !== "begin") return { value: await this.#trials.end(input as TrialEnd) };
        return { value: await this.#trials.begin(begun, this.candidate(begun.candidate)) };
      }
      default:
        throw remoteInvalid(`it asked its host for ${kind} "${name}"`);
    }
  }

  /** The search begins: for the first time, or again because its worker was lost. */
  #begin(): object {
    this.#starts += 1;
    if (this.#starts > 1) this.#remote.restart();
    this.#asked.clear();
    this.#trials.restart();
    const { student, teacher, trainset, valset, seed } = this.#study;
    const { constructorArguments, compileArguments, source, pythonMetric } = this.#order;
    const { lmCapabilities, adapterName, metrics } = this.#remote;
    const [metric] = metrics;
    return {
      student: this.#describe(student, source),
      teacher: teacher === undefined ? null : this.#describe(teacher, source),
      trainset: trainset.examples.map(exampleToPython),
      // Given only where it is another one: without it DSPy's optimizers have their own ways.
      valset: valset.hash === trainset.hash ? null : valset.examples.map(exampleToPython),
      metric: metric === undefined ? null : { name: metric.metricName, python: pythonMetric ?? null },
      lm: { capabilities: lmCapabilities },
      adapter: adapterName ?? null,
      seed,
      constructor: constructorArguments,
      compile: compileArguments,
    };
  }

  #describe(program: Module, source: string | undefined): object {
    if (program instanceof PythonModule) return { python: this.#remote.specOf(program) };
    return describeProgram(program, source);
  }

  #declare(name: string, { role, state }: CandidateAsk): null {
    const { student, teacher } = this.#study;
    const base = role === "teacher" ? teacher : student;
    if (base === undefined) throw remoteInvalid("it sent a teacher's state, and there is no teacher");
    this.#candidates.set(`${role} ${name}`, this.#withState(base, state));
    return null;
  }

  #withState(base: Module, state: unknown): Module {
    if (!(base instanceof PythonModule)) return withSentState(base, state, (ref) => this.#example(ref).fields);
    return base.withState(readPythonState(String(state)));
  }

  async #run({ candidate, inputs, known, model, lm, rolloutId }: RunAsk, slot: string): Promise<object> {
    const module = this.candidate(candidate);
    const example = known
      ? this.#example((inputs as { readonly ref: ExampleRef }).ref)
      : exampleOf(inputs, Object.keys(Object(inputs)));
    const run = await this.#study.run(module, example, {
      slot,
      // `lm.py` wrote them by the names that they have here.
      lm: plainValue(lm) as LmOptions,
      ...(typeof rolloutId === "number" ? { rolloutId } : {}),
      ...(model === OWN_MODEL ? {} : { model }),
    });
    const noted = this.#trials.noteAt(slot);
    if (noted !== undefined && run.measures !== undefined) noted.measures = run.measures;
    if (run.status === "failed") {
      if (noted !== undefined) noted.outcome = { status: "failed", error: run.error };
      return { ...runToPython(module, {}, run.trace ?? []), error: failureToPython(run.error) };
    }
    // Kept as the record keeps it.
    if (noted !== undefined) noted.prediction = JSON.parse(JSON.stringify(run.prediction));
    return runToPython(module, { ...run.prediction }, run.trace);
  }

  async #judge({ example, outputs, trace = [], purpose = "evaluation" }: MetricAsk, slot: string): Promise<Outcome> {
    const steps = trace.map(({ path, ...step }) => ({
      path,
      inputs: plainRecord(step.inputs),
      outputs: plainRecord(step.outputs),
    }));
    const options = { slot, purpose, trace: steps };
    const outcome = await this.#remote.judge(this.#sentExample(example), plainRecord(outputs), options);
    const noted = this.#trials.noteAt(slot);
    if (noted !== undefined) noted.outcome = outcome;
    return outcome;
  }

  /** A model's answer for the search itself, or for a program that runs in Python. */
  async #complete(model: string, request: LmRequest, slot: string): Promise<Answer> {
    const at = slot.lastIndexOf("#");
    const [place, path] = at < 0 ? [slot, ""] : [slot.slice(0, at), slot.slice(at + 1)];
    const where = {
      slot: place === "" ? "search" : place,
      modulePath: path === "" ? "optimizer" : path,
      ...(model === OWN_MODEL ? {} : { model }),
    };
    const completed = await this.#once(`lm ${slot} ${model}`, request, () => this.#remote.complete(request, where));
    return completed.status === "failed" ? { failure: completed.error } : { value: completed.response };
  }

  /** A function of this side that the program was given, for one that runs in Python. */
  async #callTool(name: string, input: unknown, slot: string): Promise<Answer> {
    const { student, teacher } = this.#study;
    const tools = [student, teacher].flatMap((program) =>
      program instanceof PythonModule ? program.request.tools : [],
    );
    const place = slot.endsWith("#") ? slot.slice(0, -1) : slot;
    // A tool's arguments are given by name; what is no object has none.
    const call = { toolName: name, args: isJsonObject(input) ? input : {}, slot: place === "" ? "search" : place };
    const called = await this.#once(`tool ${slot} ${name}`, call.args, () => this.#remote.callTool(tools, call));
    return called.status === "failed" ? { failure: called.error } : { value: called.result };
  }

  /**
   * Does a piece of work once while it is under way.
   *
   * A worker that is lost leaves what it asked for running, because it is paid for; the next one asks the same at the same place, and gets that.
   */
  #once<Value>(what: string, input: unknown, work: () => Promise<Value>): Promise<Value> {
    const asked = `${what} ${contentHash(comparable(input))}`;
    const count = this.#asked.get(asked) ?? 0;
    this.#asked.set(asked, count + 1);
    const key = `${asked} ${count}`;
    const known = this.#underWay.get(key);
    // Kept below under this very key, by an earlier ask for the same work.
    if (known !== undefined) return known as Promise<Value>;
    const doing = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, doing);
    return doing;
  }

  #sentExample(sent: SentExample): Example {
    return "ref" in sent ? this.#example(sent.ref) : exampleOf(sent.fields, sent.inputs);
  }

  #example([set, index]: ExampleRef): Example {
    const { trainset, valset } = this.#study;
    const found = (set === "val" ? valset : trainset).examples[index];
    if (found === undefined) throw remoteInvalid(`it named example ${index} of ${set}, which there is not`);
    return found;
  }
}

/** A judgement as Python's metric answers it. DSPy knows no abstention: an example without a score is worth nothing there. */
function judgementAnswer(outcome: Outcome): Answer {
  if (outcome.status === "failed") return { failure: fromErrorRecord(outcome.error) };
  if (outcome.status === "unscored") return { value: { score: 0, feedback: outcome.reason } };
  const [score] = Object.values(outcome.scores);
  return { value: { score: score?.score ?? 0, feedback: score?.feedback ?? null } };
}
