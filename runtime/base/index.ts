export { withinBounds } from "./bounds.ts";
export { Chain, ChainLink } from "./chain.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { durationText } from "./duration-text.ts";
export {
  BaseError,
  type BaseErrorOptions,
  type ErrorRecord,
  errorCode,
  fromErrorRecord,
  isBaseError,
  toErrorRecord,
} from "./errors.ts";
export type { AnyEvent, EventOf } from "./event.ts";
export { newId } from "./ids.ts";
export { canonicalJson, contentHash, isJsonObject, type JsonObject, type JsonValue, sha256 } from "./json.ts";
export { KeepAlive } from "./keep-alive.ts";
export { nearest } from "./nearest.ts";
export { type Dict, Float, Int, type PythonValue, Sequence } from "./python-values.ts";
export { Random } from "./random.ts";
export { thrownText } from "./thrown-text.ts";
