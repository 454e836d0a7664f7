// The predictors of another runtime within a streamed run: what their model answers becomes parts of the stream, as for predictors of this side.
// Knows nothing of the other runtime; it says which predictor asks, in which format, and what it came to.
import { isBaseError } from "../runtime/base/index.ts";
import type { Adapter } from "./adapter.ts";
import { AskStream } from "./ask-stream.ts";
import { bamlAdapter } from "./baml-adapter.ts";
import { chatAdapter } from "./chat-adapter.ts";
import { jsonAdapter } from "./json-adapter.ts";
import type { PartSink } from "./part-sink.ts";
import type { RemotePredictor } from "./remote-port.ts";
import { type AnySignature, signatureFromText } from "./signature.ts";
import { Way } from "./ways.ts";
import { xmlAdapter } from "./xml-adapter.ts";

/** Those whose answers can be read here while they come, by DSPy's names. Of others only whole fields are told. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  ChatAdapter: chatAdapter,
  JSONAdapter: jsonAdapter,
  XMLAdapter: xmlAdapter,
  BAMLAdapter: bamlAdapter,
};

interface Told {
  readonly stream: AskStream | undefined;
  asks: number;
}

/** The streams of one module's work on the other side. */
export class RemoteStreams {
  readonly #parts: PartSink;
  readonly #path: string;
  readonly #calls = new Map<string, Told>();

  constructor(parts: PartSink, path: string) {
    this.#parts = parts;
    this.#path = path;
  }

  /** A predictor asks, for the first time or, because its answer could not be read, once more. Undefined where nobody wants its fields. */
  asked(predictor: RemotePredictor): AskStream | undefined {
    const { callId, adapterName } = predictor;
    const told = this.#calls.get(callId) ?? this.#begin(predictor);
    const { stream } = told;
    told.asks += 1;
    if (stream === undefined) return undefined;
    if (told.asks > 1) stream.restart("answer-unreadable");
    const signature = signatureOf(predictor);
    const adapter = Object.hasOwn(ADAPTERS, adapterName) ? ADAPTERS[adapterName] : undefined;
    if (signature === undefined || adapter === undefined) return stream;
    const prepare = () => adapter.prepare(signature, [], undefined, { nativeTools: false });
    stream.listen(new Way(adapter, undefined, () => ({ adapter: prepare(), native: undefined })));
    return stream;
  }

  /** What a predictor's call has come to: fields that were not told, or not so, are told now. */
  settle(callId: string, outputs: Readonly<Record<string, unknown>>): void {
    this.#calls.get(callId)?.stream?.settle(outputs);
    this.#calls.delete(callId);
  }

  #begin({ callId, path, outputs }: RemotePredictor): Told {
    const fields = outputs.map(({ name }) => name);
    const place = this.#parts.begin(placedPath(this.#path, path), fields);
    const told: Told = {
      stream: place === undefined ? undefined : new AskStream(this.#parts, place, fields),
      asks: 0,
    };
    this.#calls.set(callId, told);
    return told;
  }
}

/** A predictor's path in the whole program. */
function placedPath(modulePath: string, path: string): string {
  if (path === "self") return modulePath;
  return modulePath === "self" ? path : `${modulePath}.${path}`;
}

/** A signature of the predictor's outputs; of a type that has no name here, the values are taken as they are written. */
function signatureOf({ outputs }: RemotePredictor): AnySignature | undefined {
  const typed = outputs.map(({ name, type }) => `${name}: ${type}`).join(", ");
  return readSignature(typed) ?? readSignature(outputs.map(({ name }) => `${name}: Any`).join(", "));
}

function readSignature(outputs: string): AnySignature | undefined {
  try {
    return signatureFromText(`remote_inputs -> ${outputs}`, {});
  } catch (error) {
    if (isBaseError(error, "SIGNATURE_INVALID")) return undefined;
    throw error;
  }
}
