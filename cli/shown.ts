// What `dspex show` makes of one thing of the record.
// Only the shape.

/** Text for people, a value for programs, and what lay there unreadable. */
export interface Shown {
  readonly text: string;
  readonly value: object;
  readonly problems: readonly { readonly key: string; readonly message: string }[];
}
