// What each side has for an operation.
// Knows nothing of decisions.
import type { JsonObject } from "../runtime/base/index.ts";
import { ChainOfThought } from "./chain-of-thought.ts";
import type { Module } from "./module.ts";
import { ReAct } from "./modules/react.ts";
import { ReActV2 } from "./modules/react-v2.ts";
import { Predict } from "./predict.ts";
import type { Implementation } from "./router-decision.ts";
import type { AnySignature } from "./signature.ts";
import type { Tool } from "./tool.ts";

/** Makes an operation's module natively. */
export interface NativeEntry extends Implementation {
  /** The module for a signature. Must take the signature's inputs and answer its outputs, at least. */
  make(signature: AnySignature, given: RouteGiven): Module;
}

/** What a caller passes on to whatever is made. */
export interface RouteGiven {
  readonly arguments: JsonObject;
  readonly tools: readonly Tool[];
}

/** Names what Python runs for an operation. `name` is its target. */
export type PythonEntry = Implementation;

/** Entries by operation. */
export interface RouteRegistry {
  readonly native: Readonly<Record<string, NativeEntry>>;
  readonly python: Readonly<Record<string, PythonEntry>>;
}

const OPTIMIZABLE = ["optimizing"] as const;

/** What comes along. A module that runs code or calls tools may have changed something, and is not repeated. Tools are functions of this side. */
export const BUILT_IN_ROUTES: RouteRegistry = {
  native: {
    predict: {
      name: "predict",
      effects: "none",
      capabilities: OPTIMIZABLE,
      make: (signature) => new Predict(signature),
    },
    chainOfThought: {
      name: "chainOfThought",
      effects: "none",
      capabilities: OPTIMIZABLE,
      make: (signature) => new ChainOfThought(signature),
    },
    react: {
      name: "react",
      effects: "outside",
      capabilities: [...OPTIMIZABLE, "tools"],
      make: (signature, { tools }) => new ReAct(signature, { tools }),
    },
    reactV2: {
      name: "reactV2",
      effects: "outside",
      capabilities: [...OPTIMIZABLE, "tools"],
      make: (signature, { tools }) => new ReActV2(signature, { tools }),
    },
  },
  python: {
    predict: { name: "dspy.Predict", capabilities: [], effects: "none" },
    chainOfThought: { name: "dspy.ChainOfThought", capabilities: [], effects: "none" },
    react: { name: "dspy.ReAct", capabilities: [], effects: "outside" },
    programOfThought: { name: "dspy.ProgramOfThought", capabilities: ["code"], effects: "outside" },
  },
};
