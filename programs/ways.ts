// The ways in which a predictor asks, made ready once each.
// Sends nothing.
import type { Adapter, Ask, Asks, Extraction, FieldValues, PreparedAdapter } from "./adapter.ts";
import type { AnswerReader, FieldSink } from "./answer-reader.ts";
import { isBuiltIn } from "./built-in.ts";
import { chatAdapter } from "./chat-adapter.ts";
import type { Compat } from "./compat.ts";
import { HeldAdapter } from "./custom-adapter.ts";
import { type Demo, demoValues } from "./demo.ts";
import { type LmCapabilities, NO_CAPABILITIES } from "./lm-capabilities.ts";
import { mergedOptions } from "./lm-options.ts";
import { mayBeNative, NativePlan } from "./native.ts";
import type { ChatMessage, LmCompletion, LmOptions } from "./ports.ts";
import type { ProgramSettings } from "./settings.ts";
import type { AnySignature } from "./signature.ts";

/** What of a predictor an ask depends on. */
export interface Asking {
  readonly signature: AnySignature;
  readonly demos: readonly Demo[];
  readonly config: LmOptions;
  readonly rolloutId: number | undefined;
}

/** One of an adapter's ways to ask, made ready when its turn comes first. */
export class Way {
  readonly adapter: Adapter;
  readonly #options: LmOptions | undefined;
  readonly #prepare: () => Prepared;
  #prepared: Prepared | undefined;

  constructor(adapter: Adapter, options: LmOptions | undefined, prepare: () => Prepared) {
    this.adapter = adapter;
    this.#options = options;
    this.#prepare = prepare;
  }

  /** The messages for these inputs. */
  format(inputs: FieldValues): readonly ChatMessage[] {
    return this.#ready().adapter.format(inputs);
  }

  /** The options that go with a request for these inputs, over the predictor's own. */
  optionsFor(inputs: FieldValues): LmOptions | undefined {
    const { native } = this.#ready();
    if (native === undefined) return this.#options;
    return this.#options === undefined ? native.options(inputs) : mergedOptions(this.#options, native.options(inputs));
  }

  /** The outputs of a completion; undefined for one that holds nothing. Throws PROGRAM_PARSE_FAILED. */
  read(completion: LmCompletion): Record<string, unknown> | undefined {
    const { adapter, native } = this.#ready();
    if (native !== undefined) return native.read(completion, (text) => adapter.parse(text));
    const { text } = completion;
    return text === null || text === "" ? undefined : adapter.parse(text);
  }

  /** Reads an answer while it comes; undefined where it can be read whole only. */
  reader(sink: FieldSink): AnswerReader | undefined {
    const { adapter, native } = this.#ready();
    // All that is left for the text may be the model's own doing.
    return native?.signature.outputs.length === 0 ? undefined : adapter.reader?.(sink);
  }

  /** Whether the model may do some of it by itself. */
  get isNative(): boolean {
    return this.#ready().native !== undefined;
  }

  /** The output that the model's own reasoning fills. */
  get reasoningField(): string | undefined {
    return this.#ready().native?.reasoningField;
  }

  /** Whether outputs are had by a further ask. */
  get extracts(): boolean {
    return this.#ready().adapter.extraction !== undefined;
  }

  /** The ask that makes outputs of a completion's text; undefined where they are in it. */
  extraction(text: string | null): Extraction | undefined {
    return text === null || text === "" ? undefined : this.#ready().adapter.extraction?.(text);
  }

  #ready(): Prepared {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }
}

interface Prepared {
  readonly adapter: PreparedAdapter;
  readonly native: NativePlan | undefined;
}

type Ways = readonly [Way, ...Way[]];

interface CachedWays {
  readonly adapter: Adapter;
  readonly compat: Compat | undefined;
  readonly capabilities: LmCapabilities;
  readonly effort: unknown;
  readonly ways: Ways;
}

const cachedWays = new WeakMap<object, CachedWays>();

/** The ways of a predictor under a run's settings, the same as long as neither changes. */
export function waysFor(
  asking: Asking,
  options: LmOptions,
  { adapter = chatAdapter, compat, lmCapabilities = NO_CAPABILITIES, lmDefaults }: ProgramSettings,
): Ways {
  const own = effortOf(options);
  const effort = own === undefined ? effortOf(lmDefaults) : own;
  const cached = cachedWays.get(asking);
  if (
    cached !== undefined &&
    cached.adapter === adapter &&
    cached.compat === compat &&
    cached.capabilities === lmCapabilities &&
    cached.effort === effort
  ) {
    return cached.ways;
  }
  const { signature } = asking;
  const demos = asking.demos.map(demoValues);
  const isNative = mayBeNative(signature);
  const prepare = (own: Adapter): Prepared => {
    const native = isNative
      ? new NativePlan(signature, { capabilities: lmCapabilities, tools: own.nativeTools, effort, compat })
      : undefined;
    // DSPy goes by the adapter alone, whether or not the model can.
    const nativeTools =
      own.nativeTools !== undefined && (compat !== undefined || lmCapabilities.functionCalling === true);
    const asked = native?.signature ?? signature;
    const made = own.prepare(asked, demos, compat, { nativeTools });
    return { adapter: isBuiltIn(own) ? made : new HeldAdapter(made, own, asked, compat), native };
  };
  const wayOf = (ask: Ask): Way => new Way(ask.adapter, ask.options, () => prepare(ask.adapter));
  const [first, ...others] = adapter.asks?.(signature, lmCapabilities, compat) ?? ([{ adapter }] satisfies Asks);
  const ways: Ways = [wayOf(first), ...others.map(wayOf)];
  cachedWays.set(asking, { adapter, compat, capabilities: lmCapabilities, effort, ways });
  return ways;
}

/** How hard the model is told to reason; null turns it off. */
function effortOf(options: LmOptions | undefined): unknown {
  return options?.extra?.["reasoning_effort"];
}
