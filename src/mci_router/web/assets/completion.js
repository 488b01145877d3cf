// The form below the conversation: how it ended, what it was about, and notes; also in wrap-up, with the time that is left.

import { h } from "./dom.js";
import { t } from "./language.js";
import { retentionFields } from "./retention.js";
import { dispositions, topicTitle } from "./titles.js";

const MORE_S = 60;
const SAVE_MS = 800; // after the last key: what is noted is the router's before somebody hangs up, or wrap-up is over

export function completionForm(item, draft, desk) {
  const wrapUp = item.stage === "wrapping_up";
  const save = later(SAVE_MS, () => desk.acts.save(item, draft, { quietly: true }));
  const keep = (name, field) => { draft[name] = field.value; desk.drafts.changed(); save(); };
  const disposition = dispositionChoice(draft.disposition ?? item.disposition, (field) => { keep("disposition", field); need(); });
  const notes = h("textarea", { id: "notes", rows: "2", maxlength: 10_000, input: () => keep("notes", notes) });
  const retention = wrapUp ? null : retentionFields(draft, () => desk.drafts.changed());
  const topic = wrapUp ? null : topicChoice(item, draft, desk, (chosen) => retention.show(chosen || item.contact.topic));
  notes.value = draft.notes ?? item.notes ?? "";

  function need() {
    notes.required = !wrapUp && Boolean(dispositions().find(({ name }) => name === disposition.value)?.notes_needed);
  }

  function submit() {
    if (wrapUp) desk.acts.endWrapUp(item, draft);
    else desk.acts.complete(item, disposition.value, notes.value, topic.value || null, retention.said());
  }

  need();
  disposition.required = !wrapUp;
  return h("form", { class: `finish ${item.stage}`, "aria-label": t(wrapUp ? "finish.wrap_up" : "finish.title"), submit: (event) => { event.preventDefault(); submit(); } },
    wrapUp && h("h2", {}, t("finish.wrap_up"), h("span", { class: "left", "data-wrap-up": item.contact.id })),
    h("div", { class: "choice" }, h("label", { for: "disposition" }, t("finish.disposition")), disposition),
    topic && h("div", { class: "choice" }, h("label", { for: "topic" }, t("finish.about")), topic),
    retention?.group,
    h("div", { class: "notes" }, h("label", { for: "notes" }, t("finish.notes")), notes),
    h("div", { class: "buttons" },
      h("button", { class: "primary", "data-primary": true }, t(wrapUp ? "finish.done" : "finish.complete")),
      wrapUp && h("button", { type: "button", click: () => desk.acts.moreTime(item, MORE_S) }, t("finish.more_time")),
    ),
  );
}

function dispositionChoice(chosen, changed) {
  const choice = h("select", { id: "disposition", change: () => changed(choice) },
    h("option", { value: "" }, t("finish.choose")),
    dispositions().map(({ name, title }) => h("option", { value: name }, title)));
  if (chosen && ![...choice.options].some(({ value }) => value === chosen)) choice.append(h("option", { value: chosen }, chosen));
  choice.value = chosen ?? "";
  return choice;
}

// What the agent says it was about: triage learns from it. The topics come from the directory; until then there is what
// triage found.
function topicChoice({ contact }, draft, desk, show) {
  const choice = h("select", { id: "topic", change: () => { draft.topic = choice.value; desk.drafts.changed(); show(choice.value); } });
  const fill = (topics) => {
    choice.replaceChildren(
      h("option", { value: "" }, t("finish.no_word")),
      ...topics.map(({ name, title }) => h("option", { value: name }, name === contact.topic ? t("finish.as_found", { title }) : title)),
    );
    choice.value = topics.some(({ name }) => name === draft.topic) ? draft.topic : "";
    show(choice.value);
  };
  fill(contact.topic ? [{ name: contact.topic, title: topicTitle(contact.topic) }] : []);
  desk.acts.topics().then((topics) => { if (topics) fill(topics); });
  return choice;
}

function later(ms, act) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
}
