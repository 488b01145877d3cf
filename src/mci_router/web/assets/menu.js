// What an agent sets for this browser, and the list of shortcuts.

import { mayNotify, ring } from "./alerts.js";
import { byId, h } from "./dom.js";
import { LANGUAGES, keyWords, language, speak, t } from "./language.js";
import { prefer, preference } from "./preferences.js";
import { ALWAYS, SHORTCUTS } from "./shortcuts.js";

// `changed` is called when the language has.
export function openSettings(changed) {
  const speaks = h("select", { id: "set-language", change: () => { prefer("language", speaks.value); speak(speaks.value); changed(); again(); } },
    Object.entries(LANGUAGES).map(([name, title]) => h("option", { value: name }, title)));
  speaks.value = language();
  const again = () => { dialog.close(); openSettings(changed); };
  const volume = h("input", { id: "set-volume", type: "range", min: 5, max: 100, step: 5, value: preference("volume"),
    change: () => { prefer("volume", Number(volume.value)); ring("offer"); } });
  const notify = check("set-notify", "notify", async () => {
    if (notify.checked && !(await mayNotify())) notify.checked = false;
    prefer("notify", notify.checked);
    refused.hidden = notify.checked || window.Notification?.permission !== "denied";
  });
  const refused = h("p", { class: "hint", hidden: true }, t("set.refused"));
  const sound = check("set-sound", "sound", () => { prefer("sound", sound.checked); ring("offer"); });
  const dialog = shown(t("set.title"),
    row("set-language", t("set.language"), speaks),
    choice(sound, t("set.sound")), row("set-volume", t("set.volume"), volume),
    h("button", { type: "button", class: "small", click: () => ring("offer") }, t("set.try")),
    choice(notify, t("set.notify")), refused,
    shortcutsChoice(),
  );
}

export function openShortcuts() {
  const line = ([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, keyWords(key))), h("dd", {}, t(text)));
  shown(t("keys.title"), h("dl", { class: "keys" }, [...SHORTCUTS, ...ALWAYS].map(line)), shortcutsChoice());
}

function shortcutsChoice() {
  const box = check("set-shortcuts", "shortcuts", () => prefer("shortcuts", box.checked));
  return choice(box, t("set.shortcuts"));
}

function check(id, name, change) {
  const box = h("input", { id, type: "checkbox", change });
  box.checked = preference(name);
  return box;
}

const choice = (box, text) => h("label", { class: "check", for: box.id }, box, ` ${text}`);
const row = (id, text, field) => h("div", {}, h("label", { for: id }, text), field);

function shown(title, ...children) {
  const dialog = h("dialog", { class: "menu", "aria-label": title, close: () => dialog.remove() },
    h("div", { class: "row" }, h("h2", {}, title), h("button", { type: "button", class: "quiet", click: () => dialog.close() }, t("dialog.close"))),
    ...children);
  byId("desk").append(dialog);
  dialog.showModal();
  return dialog;
}
