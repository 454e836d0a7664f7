export {
  type LmScript,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedLm,
  type ScriptedLmOptions,
  type ScriptedReply,
  scriptedLm,
} from "../lm/index.ts";
export { createManualClock, type ManualClock, type ManualClockOptions } from "./manual-clock.ts";
