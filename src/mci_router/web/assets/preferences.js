// What an agent prefers at this browser: language, sound, notifications, shortcuts. No secret, and nothing of customers.

const KEY = "mci.desk.preferences.";
const DEFAULTS = { language: null, sound: true, volume: 60, notify: false, shortcuts: true };

let agent = "";
let current = { ...DEFAULTS };

export function preferencesOf(name) {
  agent = name;
  try {
    current = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY + agent)) };
  } catch {
    current = { ...DEFAULTS };
  }
}

export const preference = (name) => current[name];

export function prefer(name, value) {
  current = { ...current, [name]: value };
  try {
    localStorage.setItem(KEY + agent, JSON.stringify(current));
  } catch {
    // a browser that keeps nothing: it holds for this page
  }
}
