// The failures of templates, one maker each, every one with its place.
// Knows nothing of how templates are read or rendered.
import { BaseError, nearest } from "../runtime/base/index.ts";

/** Where in a template's text something stands. */
interface TemplatePlace {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The text is no template. */
export function templateInvalid(text: string, at: number, problem: string): BaseError {
  const place = placeAt(text, at);
  return new BaseError("TEMPLATE_INVALID", `The template cannot be read at ${inWords(place)}: ${problem}.`, {
    details: { ...place, problem },
  });
}

/** A value that a template needs is not there. */
export function templateValueMissing(
  text: string,
  at: number,
  path: string,
  name: string,
  known: readonly string[],
): BaseError {
  const place = placeAt(text, at);
  const near = nearest(name, known);
  const remedy =
    near === undefined
      ? `Pass it, or write {{${path} ?? "…"}} where it may be missing`
      : `Did you mean \`${near}\`? Else pass it, or write {{${path} ?? "…"}} where it may be missing`;
  return new BaseError(
    "TEMPLATE_VALUE_MISSING",
    `The template asks for \`${path}\` at ${inWords(place)}, and there is no \`${name}\`. ${remedy}.`,
    { details: { ...place, path, name, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

/** A value is there, and cannot stand where the template wants it. */
export function templateValueUnfit(text: string, at: number, path: string, problem: string): BaseError {
  const place = placeAt(text, at);
  return new BaseError(
    "TEMPLATE_VALUE_UNFIT",
    `The template cannot use \`${path}\` at ${inWords(place)}: ${problem}.`,
    { details: { ...place, path, problem } },
  );
}

/** The rendering grew beyond its limit. */
export function templateTooLong(text: string, at: number, limit: string): BaseError {
  const place = placeAt(text, at);
  return new BaseError(
    "TEMPLATE_TOO_LONG",
    `The rendering reached its limit of ${limit} at ${inWords(place)}. Render fewer or shorter values, or raise the limit in the options of \`render\`.`,
    { details: { ...place, limit } },
  );
}

function placeAt(text: string, at: number): TemplatePlace {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return { line, column: at - lineStart + 1 };
}

function inWords({ line, column }: TemplatePlace): string {
  return `line ${line}, column ${column}`;
}
