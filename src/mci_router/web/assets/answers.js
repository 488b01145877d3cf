// Written answers beside the composer: suggested for what the customer said last, searched, and inserted to be adapted. A
// combobox with a list of options: by keyboard alone. Nothing is sent from here.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";

const LATER_MS = 250; // after the last key, or message
const CHIPS = 3; // suggestions that are shown while the list is closed

let lists = 0;

export function answersPanel(item, compose, desk) {
  const { contact } = item;
  const id = `answers-${(lists += 1)}`;
  let [suggested, options, active, asked, seen, waits] = [[], [], -1, 0, null, null];
  const list = h("ul", { id, role: "listbox", class: "found", hidden: true, "aria-label": t("answers.found") });
  const none = h("p", { class: "hint", role: "status" });
  const chips = h("span", { class: "chips" });
  const field = h("input", {
    type: "search", role: "combobox", class: "search", autocomplete: "off", maxlength: 200, "aria-expanded": "false", "aria-controls": id,
    "aria-autocomplete": "list", "aria-label": t("answers.search"), placeholder: `${t("answers.search")} (${t("answers.keys")})`,
    input: () => later(() => search(false)), focus: () => open(), keydown: (event) => key(event),
  });
  // Whichever way the focus leaves: from the field, from a suggestion, or from an answer that is scrolled.
  const left = () => setTimeout(() => element.contains(document.activeElement) || close(), 0);
  const element = h("section", { class: "answers", "aria-label": t("answers.title"), focusout: left }, h("div", { class: "row" }, field, chips, none), list);

  function later(act) {
    clearTimeout(waits);
    waits = setTimeout(act, LATER_MS);
  }

  // An answer to an older question is not shown.
  async function ask(type, data) {
    const mine = (asked += 1);
    const found = await desk.socket?.send(type, data).catch(() => null);
    return mine === asked && element.isConnected ? found?.answers ?? [] : null;
  }

  async function suggest() {
    const found = await ask("answers.suggest", { contact_id: contact.id });
    if (!found) return;
    suggested = found;
    drawChips();
    if (!field.value.trim()) show(suggested);
  }

  async function search(finished) {
    const words = field.value.trim();
    if (!words) return show(suggested);
    const found = await ask("answers.search", { words, contact_id: contact.id, finished });
    if (!found) return;
    show(found);
    none.textContent = found.length ? "" : t("answers.none");
  }

  function show(found) {
    none.textContent = "";
    options = found;
    active = found.length ? 0 : -1;
    list.replaceChildren(...found.map(option));
    mark();
    if (document.activeElement === field) open();
  }

  function option(answer, place) {
    const tags = [tOf("answers.kind", answer.kind, answer.kind), answer.audience === "agents" && t("answers.inside"), answer.shortcut && `;${answer.shortcut}`, answer.language?.toUpperCase()];
    return h("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false", mousedown: (event) => event.preventDefault(), click: () => insert(place) },
      h("strong", {}, answer.title), h("span", { class: "hint" }, ` ${tags.filter(Boolean).join(" · ")}`), h("span", { class: "text" }, answer.text));
  }

  function drawChips() {
    chips.replaceChildren(...suggested.slice(0, CHIPS).map((answer, place) => h("button", { type: "button", class: "small", "aria-haspopup": "listbox", click: () => look(place) }, answer.title)));
  }

  // What is suggested is read first: a chip opens the list at it.
  function look(place) {
    field.value = "";
    field.focus();
    show(suggested);
    active = place;
    mark();
  }

  function mark() {
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === active)));
    const shown = active >= 0 && !list.hidden;
    if (shown) {
      field.setAttribute("aria-activedescendant", `${id}-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function open() {
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    mark();
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      active = (active + step + options.length) % options.length;
      if (list.hidden) open();
      else mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0 && !list.hidden) insert(active);
      else search(true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      field.value = "";
      close();
      compose.focus();
    }
  }

  async function insert(place) {
    const { kind, name } = options[place];
    if (await compose.insert({ kind, name })) {
      field.value = "";
      options = suggested;
      show(suggested);
      close();
    }
  }

  // Asks again when the customer has written, at most so often: the router is not asked for every frame.
  function refresh() {
    const said = desk.conversations.of(contact.id).inOrder().filter(({ kind }) => kind === "customer").at(-1)?.seq ?? 0;
    if (said === seen) return;
    seen = said;
    later(suggest);
  }

  return { element, show: refresh, focus: () => { field.focus(); field.select(); } };
}
