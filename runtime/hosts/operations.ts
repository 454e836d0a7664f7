// What two ends of a wire say to each other: each operation is a number and a fixed count of fields in a flat batch.
// Knows nothing of what either end does about it.

/** The operations, with the fields that follow; a value is two fields, its kind and its content. */
export const Op = {
  /** address, callId, name, value */
  call: 0,
  /** address, name, value */
  cast: 1,
  /** address, value */
  send: 2,
  /** address, callId, name, value: a request that every actor answers */
  system: 3,
  /** address, way, from (value), reason (value) */
  signal: 4,
  /** address */
  kill: 5,
  /** address, reason (value) */
  stop: 6,
  /** callId, value */
  reply: 7,
  /** callId, error (value) */
  fail: 8,
  /** callId */
  cancel: 9,
  /** address, reason (value) */
  gone: 10,
  /** address, url, exportName, name, arguments (value) */
  spawn: 11,
  /** address */
  started: 12,
  /** address */
  ignored: 13,
  /** address, who (value) */
  link: 14,
  /** address, who (value) */
  unlink: 15,
  /** address, who (value): no exit signal of that link comes after this */
  unlinked: 16,
  /** name */
  resolve: 17,
  /** name, who (value), undefined where nobody has it */
  bound: 18,
  /** name, who (value) */
  register: 19,
  /** name, who (value): it was taken */
  conflict: 20,
  /** name */
  retract: 21,
  /** url, exportName */
  load: 22,
  ready: 23,
  /** bytes of memory that the process holds */
  beat: 24,
  /** objectId, value */
  objectSend: 25,
  /** objectId, value */
  objectReply: 26,
  /** objectId, error (value) */
  objectFail: 27,
  /** objectId */
  objectRelease: 28,
  end: 29,
  /** whether modules are being loaded: that may keep the event loop for long */
  loading: 30,
} as const;

/** How an exit signal came: by a link, sent by hand, from one to be obeyed. */
export const Way = { link: 0, sent: 1, obeys: 2 } as const;
