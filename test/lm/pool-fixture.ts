// A pool over a scripted model on a clock that stands still, for the tests of this folder.
// Knows nothing of what is tested.
import {
  Admission,
  type AdmissionOptions,
  type LmCall,
  LmPool,
  type LmPoolOptions,
  type LmScript,
  scriptedLm,
} from "../../lm/index.ts";
import { manualClock } from "./manual-clock.ts";

/** An event as a pool told it. */
export interface ToldEvent {
  readonly type: string;
  readonly measures: Readonly<Record<string, number | undefined>>;
  readonly about: Readonly<Record<string, unknown>>;
  readonly spanId: string | undefined;
}

/** Makes a pool with everything a test looks at. */
export function poolFixture(
  script: LmScript,
  options: Partial<LmPoolOptions> & { readonly limits?: AdmissionOptions } = {},
) {
  const clock = manualClock();
  const lm = scriptedLm(script, { clock, whenExhausted: "repeat" });
  const events: ToldEvent[] = [];
  const { limits, ...rest } = options;
  const admission = new Admission({ clock, random: () => 0.5, ...limits });
  const pool = new LmPool({
    provider: lm,
    clock,
    admission,
    random: () => 0.5,
    events: {
      has: () => true,
      emit: (type, measures, about, span) => events.push({ type, measures, about, spanId: span?.spanId }),
    },
    ...rest,
  });
  return { clock, lm, pool, admission, events, types: () => events.map((event) => event.type) };
}

/** A call that asks `text`. */
export function asking(text: string, more: Partial<LmCall> = {}): LmCall {
  return { request: { messages: [{ role: "user", content: text }], options: {} }, ...more };
}
