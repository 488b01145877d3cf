// The service's values in a person's words.

const HOUR = { hour: "2-digit", minute: "2-digit" };
const form = (options, zone) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone });
let [known, day, hour, clock] = [];

// From now on times are those of a zone, as the workspace's; of the browser's where none is said.
export function timesOf(zone) {
  if (day && zone === known) return;
  [known, day, hour] = [zone, form({ day: "numeric", month: "short", ...HOUR }, zone), form(HOUR, zone)];
  clock = form({ ...HOUR, second: "2-digit" }, zone);
}

timesOf();

// Names the zone of the times where it is not the browser's; else empty.
export const zoneWords = () => (known && known !== Intl.DateTimeFormat().resolvedOptions().timeZone ? `Times are those of ${known}.` : "");

export const NONE = "–";

export const words = (name) => String(name ?? "").replaceAll("_", " ");

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const cellWords = (cell) => words(cell).replace(" volume ", " volume, ");

export const moment = (time) => (time ? day.format(new Date(time)) : NONE);

export const hourOfDay = (time) => hour.format(new Date(time));

export const timeOfDay = (time) => clock.format(time);

export const percent = (share) => (share == null ? NONE : `${Math.round(share * 1_000) / 10}\u00a0%`);

export function duration(seconds) {
  if (seconds == null) return NONE;
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
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
