// The model that a saved predictor names: what of it is kept, what of it tells how to sample, what is refused.
// Knows no provider, only how LiteLLM's names of some are written here.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { stateInvalid } from "./errors.ts";
import { describeGiven } from "./fits.ts";
import type { LmOptions, ModelChoice } from "./ports.ts";
import { isCallSetting, readProviderOptions, readRollout } from "./saved-options.ts";

/** The one class of models that DSPy writes by itself; older files name none. */
const LM_CLASS = "dspy.clients.lm.LM";
/** What is said of the model beside its sampling. */
const OTHER_KEYS: ReadonlySet<string> = new Set([
  "_dspy_lm_class",
  "model",
  "model_type",
  "cache",
  "num_retries",
  "rollout_id",
  "finetuning_model",
  "launch_kwargs",
  "train_kwargs",
  "use_developer_role",
]);

/** The state of a saved model without its addresses, keys, headers and LiteLLM's settings, of which `warn` is told; null where the predictor names none. Throws PROGRAM_STATE_INVALID for a class that is not DSPy's own. */
export function readLmState(
  path: string,
  found: JsonValue | undefined,
  warn: (message: string) => void,
): JsonObject | null {
  if (found === undefined || found === null) return null;
  if (typeof found !== "object" || Array.isArray(found)) {
    throw stateInvalid(path, "`lm` is neither null nor an object. Save the program again, or set `lm` to null.");
  }
  // Narrowed above: what is an object and no list is a record of JSON values.
  const state = found as JsonObject;
  const className = state["_dspy_lm_class"];
  if (className !== undefined && className !== LM_CLASS) {
    throw stateInvalid(
      path,
      `\`lm\` is of the class ${typeof className === "string" ? JSON.stringify(className) : describeGiven(className)}, which is not known here (${LM_CLASS} is). Set \`lm\` to null to run on the program's model.`,
    );
  }
  const { model } = state;
  if (typeof model !== "string" || model.trim() === "") {
    throw stateInvalid(
      path,
      "`lm` does not say its `model`: expected a name, as `openai/gpt-4o`. Name it, or set `lm` to null.",
    );
  }
  const unsafe = Object.keys(state).filter((key) => !OTHER_KEYS.has(key) && isCallSetting(key));
  if (unsafe.length === 0) return state;
  warn(`\`${path}\`: ${unsafe.join(", ")} of the saved model ${model} are passed over.`);
  return Object.fromEntries(Object.entries(state).filter(([key]) => !unsafe.includes(key)));
}

/** Prefixes of LiteLLM's names, which DSPy's models have, and ours for the same services. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["ollama_chat", "ollama"],
  ["together_ai", "together"],
  ["fireworks_ai", "fireworks"],
  ["lm_studio", "lmstudio"],
  ["hosted_vllm", "vllm"],
]);

/** The model that a saved state names, as `provider/model`. A name without a provider is OpenAI's or Anthropic's. */
export function lmStateModel({ model }: JsonObject): string {
  const name = String(model);
  const slash = name.indexOf("/");
  if (slash === -1) return `${name.startsWith("claude") ? "anthropic" : "openai"}/${name}`;
  const provider = name.slice(0, slash);
  return `${PROVIDERS.get(provider) ?? provider}${name.slice(slash)}`;
}

/** The state that DSPy would write for a model of which nothing but the name is known. */
export function lmStateOf(model: ModelChoice): JsonObject {
  return {
    _dspy_lm_class: LM_CLASS,
    model: typeof model === "string" ? model : `${model.providerName}/${model.modelName}`,
    model_type: "chat",
    cache: true,
    num_retries: 3,
    temperature: null,
    max_tokens: null,
    finetuning_model: null,
    launch_kwargs: {},
    train_kwargs: {},
  };
}

/** How a saved model was sampled. Throws PROGRAM_STATE_INVALID for options of another type, and for fields of a request. */
export function lmStateOptions(
  path: string,
  state: JsonObject,
): { readonly options: LmOptions; readonly rolloutId?: number } {
  const sampling = Object.fromEntries(Object.entries(state).filter(([key]) => !OTHER_KEYS.has(key)));
  const rolloutId = readRollout(path, "lm.rollout_id", state["rollout_id"]);
  return {
    options: readProviderOptions(path, "lm", sampling),
    ...(rolloutId === undefined ? {} : { rolloutId }),
  };
}
