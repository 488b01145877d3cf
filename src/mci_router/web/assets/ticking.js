// The clocks on the page, without drawing anything again.

import { t } from "./language.js";
import { age } from "./words.js";

export function tick(work) {
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-expires]")) put(element, `${Math.max(0, Math.ceil((new Date(element.dataset.expires) - now) / 1_000))} s`);
  for (const element of document.querySelectorAll("[data-fuse]")) {
    const left = (new Date(element.dataset.fuse) - now) / Number(element.dataset.allowed);
    element.style.setProperty("--left", Math.min(1, Math.max(0, left)));
  }
  for (const element of document.querySelectorAll("[data-since]")) put(element, age(element.dataset.since));
  for (const element of document.querySelectorAll("[data-wrap-up]")) {
    const until = work.items.get(element.dataset.wrapUp)?.wrap_up_ends_at;
    put(element, until ? t("finish.left", { seconds: Math.max(0, Math.ceil((new Date(until) - now) / 1_000)) }) : "");
  }
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
