// The evaluations of a search in Python: what is known of their examples while they run, and their records once they have ended.
// Knows nothing of runs or models; `python-search.ts` tells it of each.
import { type Dataset, dataset, type ExampleResult, noMeasures, type Outcome } from "../evaluate/index.ts";
import type { Example, Module } from "../programs/index.ts";
import { contentHash, type JsonObject, toErrorRecord } from "../runtime/base/index.ts";
import { remoteInvalid, remoteUnscored } from "./errors.ts";
import type { SentExample, TrialBegin, TrialEnd } from "./python-asks.ts";
import { comparable, plainValue } from "./python-values.ts";
import type { Study } from "./study.ts";
import type { OpenTrial, StudyRemote } from "./study-remote.ts";
import type { Trial } from "./trial.ts";

/** Where runs and judgements belong to an evaluation. */
const IN_TRIAL = /(?:^|\/)evaluation \d+\/example \d+$/;

/** An evaluation that has ended. */
export interface SearchTrial {
  readonly candidate: Module;
  readonly trial: Trial;
  readonly dataset: Dataset;
}

/** What is known of one example of an evaluation so far. */
export interface Noted {
  prediction?: JsonObject;
  outcome?: Outcome;
  measures?: ExampleResult["measures"];
}

interface Running {
  readonly open: OpenTrial;
  readonly candidate: Module;
  readonly dataset: Dataset;
}

/** The evaluations of one search. */
export class SearchTrials {
  readonly #study: Study;
  readonly #remote: StudyRemote;
  readonly #exampleOf: (sent: SentExample) => Example;
  readonly #noted = new Map<string, Noted>();
  readonly #running = new Map<string, Running>();
  readonly #datasets = new Map<string, Dataset>();
  #ended: SearchTrial[] = [];

  constructor(study: Study, remote: StudyRemote, exampleOf: (sent: SentExample) => Example) {
    this.#study = study;
    this.#remote = remote;
    this.#exampleOf = exampleOf;
  }

  /** Those that have ended, in the search's order. */
  get ended(): readonly SearchTrial[] {
    return this.#ended;
  }

  /** The search begins again. */
  restart(): void {
    this.#noted.clear();
    this.#running.clear();
    this.#ended = [];
  }

  /** What is known of the example that a slot belongs to; undefined outside evaluations. */
  noteAt(slot: string): Noted | undefined {
    const place = slot.slice(0, Math.max(0, slot.lastIndexOf("/")));
    if (!IN_TRIAL.test(place)) return undefined;
    const noted = this.#noted.get(place) ?? {};
    this.#noted.set(place, noted);
    return noted;
  }

  /** An evaluation begins. */
  async begin({ trial, examples }: TrialBegin, candidate: Module): Promise<null> {
    const picked = this.#datasetOf(examples);
    const proposal = { kind: "python", place: trial };
    const open = await this.#remote.beginTrial(candidate, { trialId: trial, proposal, dataset: picked });
    this.#running.set(trial, { open, candidate, dataset: picked });
    return null;
  }

  /** An evaluation has ended. */
  async end({ trial, scores, error }: TrialEnd): Promise<null> {
    const running = this.#running.get(trial);
    if (running === undefined) throw remoteInvalid(`it ended the evaluation "${trial}", which it never began`);
    this.#running.delete(trial);
    const { open, candidate, dataset: examples } = running;
    const results = examples.exampleIds.map((exampleId, index) =>
      this.#resultOf(exampleId, `${trial}/example ${index}`, scores?.[index]),
    );
    if (scores === null) {
      open.fail(toErrorRecord(remoteInvalid(`its evaluation "${trial}" failed: ${error ?? "it did not say why"}`)));
      return null;
    }
    this.#ended.push({ candidate, trial: await open.end(results), dataset: examples });
    return null;
  }

  #resultOf(exampleId: string, place: string, sent: unknown): ExampleResult {
    const noted = this.#noted.get(place) ?? {};
    this.#noted.delete(place);
    const { prediction, measures = noMeasures, outcome = this.#outcomeOf(plainValue(sent)) } = noted;
    return { exampleId, outcome, measures, ...(prediction === undefined ? {} : { prediction }) };
  }

  /** What a score says that was made in Python. */
  #outcomeOf(score: unknown): Outcome {
    const [metricName = "metric"] = this.#study.metricNames;
    if (typeof score === "number" && Number.isFinite(score)) {
      return { status: "scored", scores: { [metricName]: { score } } };
    }
    return { status: "failed", error: toErrorRecord(remoteUnscored()) };
  }

  /** The data set of an evaluation: one of the study's where it is whole, else the examples that were picked. */
  #datasetOf(sent: readonly SentExample[]): Dataset {
    const { trainset, valset } = this.#study;
    const names = sent.map((each) => ("ref" in each ? each.ref.join(" ") : contentHash(comparable(each))));
    const key = contentHash(names);
    const known = this.#datasets.get(key);
    if (known !== undefined) return known;
    const isWhole = (set: string, { examples }: Dataset): boolean =>
      names.length === examples.length && names.every((name, index) => name === `${set} ${index}`);
    const whole = isWhole("train", trainset) ? trainset : isWhole("val", valset) ? valset : undefined;
    const made = whole ?? this.#picked(sent, names);
    this.#datasets.set(key, made);
    return made;
  }

  #picked(sent: readonly SentExample[], names: readonly string[]): Dataset {
    const { trainset, valset } = this.#study;
    const ids = sent.map((each, index) => {
      const name = names[index] ?? String(index);
      const own = "ref" in each ? (each.ref[0] === "val" ? valset : trainset).exampleIds[each.ref[1]] : undefined;
      const before = names.slice(0, index).filter((other) => other === name).length;
      return before === 0 ? (own ?? name) : `${own ?? name} (${before + 1})`;
    });
    return dataset(sent.map(this.#exampleOf), { name: `${valset.name}/picked`, ids });
  }
}
