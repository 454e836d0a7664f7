// A duration of Python's as the text that pydantic's JSON has for it.
// Knows nothing of where the duration comes from.

/** ISO 8601 of whole days and the microseconds beside them: years of 365 days, days, hours, minutes, seconds; no part that is zero. */
export function durationText(isNegative: boolean, allDays: number, micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = micros - seconds * 1e6;
  const [years, days] = [Math.floor(allDays / 365), allDays % 365];
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const second = `${seconds % 60}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`}`;
  const date = `${unit(years, "Y")}${unit(days, "D")}`;
  const time = `${unit(hours, "H")}${unit(minutes, "M")}${second === "0" ? "" : `${second}S`}`;
  if (date === "" && time === "") return "PT0S";
  return `${isNegative ? "-" : ""}P${date}${time === "" ? "" : `T${time}`}`;
}

function unit(amount: number, letter: string): string {
  return amount === 0 ? "" : `${amount}${letter}`;
}
