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
export { createTestSelf, type SelfEffect, type TestSelf, type TestSelfOptions } from "./test-self.ts";
