// The language of a page: one table of texts, chosen by the browser until the person says otherwise.

import { TEXTS } from "./texts.js";

export const LANGUAGES = { en: "English", de: "Deutsch" };
const NAMES = Object.keys(LANGUAGES);

let chosen = NAMES.find((name) => (navigator.language ?? "").toLowerCase().startsWith(name)) ?? "en";

export const language = () => chosen;

// Sets the language, and writes the texts of the page that stand in its HTML.
export function speak(name) {
  chosen = NAMES.includes(name) ? name : chosen;
  document.documentElement.lang = chosen;
  translate(document);
}

// The text of a key; `{name}` in it is replaced by the value of that name.
export function t(key, values = {}) {
  const texts = TEXTS[key];
  if (!texts) return key;
  return texts[NAMES.indexOf(chosen)].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

// A text of a value that the service may have more of than this table: then its words as they are.
export const tOf = (group, value, otherwise) => (TEXTS[`${group}.${value}`] ? t(`${group}.${value}`) : otherwise ?? String(value ?? "").replaceAll("_", " "));

const ATTRIBUTES = { "data-label": "aria-label", "data-hint": "placeholder", "data-title": "title" };

function translate(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const [from, to] of Object.entries(ATTRIBUTES))
    for (const element of root.querySelectorAll(`[${from}]`)) element.setAttribute(to, t(element.getAttribute(from)));
}

// A key as it is called on keyboards of the language.
export const keyWords = (key) => key.replace("Ctrl", t("keys.ctrl"));

// A title that a resource has in several languages.
export const titleIn = ({ title, titles = {} }) => titles[chosen] ?? title;
