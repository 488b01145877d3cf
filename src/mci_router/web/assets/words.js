// The service's values in a person's words.

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const NONE = "–";

export const words = (name) => String(name ?? "").replaceAll("_", " ");

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const cellWords = (cell) => words(cell).replace(" volume ", " volume, ");

export const moment = (time) => (time ? day.format(new Date(time)) : NONE);

export const timeOfDay = (time) => clock.format(time);

export const percent = (share) => (share == null ? NONE : `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`);

export function duration(seconds) {
  if (seconds == null) return NONE;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function age(time) {
  const seconds = Math.max(0, (Date.now() - new Date(time)) / 1_000);
  return seconds < 99.5 ? `${Math.round(seconds)} s` : duration(seconds);
}
