// The service's values in a person's words.

const HOUR = { hour: "2-digit", minute: "2-digit" };
const FORMS = { day: { day: "numeric", month: "short", ...HOUR }, hour: HOUR, clock: { ...HOUR, second: "2-digit" } };
const WRITTEN = { en: "en-GB" }; // by a browser of another language: hours of 24, as nearly all of those have
let known;
let forms = {};

// How the page's language is written: as its person's browser does, if that speaks it. No German date stands in an
// English page, and no English comma in a German one.
export function locale() {
  const page = document.documentElement.lang;
  return (navigator.language ?? "").startsWith(page) ? navigator.language : (WRITTEN[page] ?? page);
}

// Writes a number with as many places as it needs, three at most unless `options` say otherwise.
export const number = (value, options = {}) => made(`number ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale(), options)).format(value);

// From now on times are those of a zone, as the workspace's; of the browser's where none is said.
export function timesOf(zone) {
  if (zone !== known) forms = {};
  known = zone;
}

const written = (name, time) => made(name, () => new Intl.DateTimeFormat(locale(), { ...FORMS[name], timeZone: known })).format(new Date(time));

function made(name, make) {
  const wanted = `${locale()} ${name}`;
  return (forms[wanted] ??= make());
}

// Names the zone of the times where it is not the browser's; else empty.
export const zoneWords = () => (known && known !== Intl.DateTimeFormat().resolvedOptions().timeZone ? `Times are those of ${known}.` : "");

export const NONE = "–";

export const words = (name) => String(name ?? "").replaceAll("_", " ");

const CHANNELS = { sms: "SMS", email: "E-mail" };

export const channelWords = (channel) => CHANNELS[channel] ?? capital(words(channel));

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const cellWords = (cell) => words(cell).replace(" volume ", " volume, ");

export const moment = (time) => (time ? written("day", time) : NONE);

export const hourOfDay = (time) => written("hour", time);

export const timeOfDay = (time) => written("clock", time);

export const percent = (share) => (share == null ? NONE : `${number(Math.round(share * 1_000) / 10)}\u00a0%`);

export function duration(seconds) {
  if (seconds == null) return NONE;
  if (seconds < 9.95) return `${number(Math.round(seconds * 10) / 10)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${number(Math.round(seconds / 360) / 10)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

// A wait as it runs: to the second for ten minutes.
export function running(seconds) {
  if (seconds == null) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 5_400) return duration(whole);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}

export const age = (time) => duration(Math.max(0, Math.round((Date.now() - new Date(time)) / 1_000)));
