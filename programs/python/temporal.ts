// How pydantic reads moments, days, times of day and durations, and how it writes them in JSON.
// Knows nothing of field types; text goes in and canonical text comes out.
import { durationText } from "../../runtime/base/index.ts";

/** Numbers beyond this count as milliseconds, as pydantic has it. */
const MS_WATERSHED = 20_000_000_000;
const DAY_SECONDS = 86_400;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([zZ]|[+\-−]\d{2}:?\d{2})?$/;
const DURATION_ISO =
  /^([+-])?[pP](?:(\d+)[yY])?(?:(\d+)[mM])?(?:(\d+)[wW])?(?:(\d+(?:\.\d+)?)[dD])?(?:[tT](?:(\d+(?:\.\d+)?)[hH])?(?:(\d+(?:\.\d+)?)[mM])?(?:(\d+(?:\.\d+)?)[sS])?)?$/;
const DURATION_CLOCK = /^([+-])?(?:(\d+) ?(?:days?|d)\b,? ?)?(?:(\d+):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/i;

/** A datetime in ISO form, from a text or a number of seconds (or milliseconds) since 1970; undefined where it is none. */
export function readDatetime(value: string | number): string | undefined {
  const seconds = secondsOf(value);
  if (seconds !== undefined) return datetimeOfSeconds(seconds);
  const text = String(value);
  const day = text.slice(0, 10);
  if (!isDay(day)) return undefined;
  if (text.length === 10) return `${day}T00:00:00`;
  if (!/[Tt _]/.test(text.charAt(10))) return undefined;
  const time = readClock(text.slice(11));
  return time === undefined ? undefined : `${day}T${time}`;
}

/** A date in ISO form, also from a datetime at midnight; undefined where it is none. */
export function readDate(value: string | number): string | undefined {
  if (typeof value === "string" && isDay(value)) return value;
  const moment = readDatetime(value);
  if (moment === undefined) return undefined;
  return moment.slice(11, 19) === "00:00:00" && !moment.includes(".") ? moment.slice(0, 10) : undefined;
}

/** A time of day in ISO form, from a text or a number of seconds since midnight; undefined where it is none. */
export function readTime(value: string | number): string | undefined {
  if (typeof value === "string") return readClock(value);
  if (!(value >= 0 && value < DAY_SECONDS)) return undefined;
  return datetimeOfSeconds(value)?.slice(11);
}

/** A duration in ISO form, from ISO text, `1 day, 02:03:04`, or a number of seconds; undefined where it is none. */
export function readDuration(value: string | number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? ofMicros(Math.round(value * 1e6)) : undefined;
  const iso = DURATION_ISO.exec(value);
  if (iso !== null && /\d/.test(value)) {
    const [, sign, ...parts] = iso;
    const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) =>
      Number(part ?? 0),
    );
    const allDays = years * 365 + months * 30 + weeks * 7 + days;
    return signed(sign, allDays * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds);
  }
  const clock = DURATION_CLOCK.exec(value);
  if (clock === null || (clock[2] === undefined && clock[3] === undefined)) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = Number(days) * DAY_SECONDS + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return signed(sign, whole + Number(`0.${fraction.slice(0, 6)}0`));
}

/** The seconds of a number, or of a text that is one, brought from milliseconds where it is that large. */
function secondsOf(value: string | number): number | undefined {
  const number = typeof value === "number" ? value : /^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
  if (number === undefined || !Number.isFinite(number)) return undefined;
  return Math.abs(number) > MS_WATERSHED ? number / 1000 : number;
}

function datetimeOfSeconds(seconds: number): string | undefined {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const date = new Date(whole * 1000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  const rest = micros - whole * 1e6;
  return `${date.toISOString().slice(0, 19)}${rest === 0 ? "" : `.${String(rest).padStart(6, "0")}`}Z`;
}

function isDay(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

function readClock(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hours = "", minutes = "", seconds = "00", fraction = "", zone = ""] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const offset = readZone(zone);
  if (offset === undefined) return undefined;
  return `${hours}:${minutes}:${seconds}${micros === "000000" ? "" : `.${micros}`}${offset}`;
}

function readZone(zone: string): string | undefined {
  if (zone === "") return "";
  if (/^[zZ]$/.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "");
  const [hours, minutes] = [digits.slice(0, 2), digits.slice(2)];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  if (digits === "0000") return "Z";
  return `${zone.startsWith("+") ? "+" : "-"}${hours}:${minutes}`;
}

function signed(sign: string | undefined, seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  return ofMicros(sign === "-" ? -micros : micros);
}

function ofMicros(micros: number): string {
  const total = Math.abs(micros);
  const allDays = Math.floor(total / (DAY_SECONDS * 1e6));
  return durationText(micros < 0, allDays, total - allDays * DAY_SECONDS * 1e6);
}
