export {
  type LmScript,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedLm,
  type ScriptedLmOptions,
  type ScriptedReply,
  scriptedLm,
} from "../lm/index.ts";
export { type EventRecorder, type EventRecorderOptions, type EventsNamed, recordEvents } from "./event-recorder.ts";
export { createManualClock, type ManualClock, type ManualClockOptions } from "./manual-clock.ts";
export { MISCHIEF, type MisbehavingOptions, type Mischief, MischiefPart, misbehaving } from "./misbehaving.ts";
export { createTestSelf, type SelfEffect, type TestSelf, type TestSelfOptions } from "./test-self.ts";
