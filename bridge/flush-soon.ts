// When frames that wait are sent: as one batch, but not later than it takes to gather it.
// Knows nothing of frames.

const FEW_CALLS = 4;

/**
 * Makes what runs a flush soon.
 *
 * While few calls are open, after the promises of this turn: another turn of the event loop would be a good part of a lone call's time. With many, after
 * all that this turn brings: they gain more by going together.
 */
export function flushSoon(openCalls: () => number): (flush: () => void) => void {
  return (flush) => {
    if (openCalls() > FEW_CALLS) setImmediate(flush);
    else process.nextTick(flush);
  };
}
