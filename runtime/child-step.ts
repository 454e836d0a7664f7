// What moves a child, over all its incarnations, on through its life.
// Knows nothing of where it then is.

/** What moves it on. */
export type ChildStep =
  | "started"
  | "ignored"
  | "failed"
  | "refused"
  | "ended"
  | "crashed"
  | "retried"
  | "cancelled"
  | "requested"
  | "deleted";
