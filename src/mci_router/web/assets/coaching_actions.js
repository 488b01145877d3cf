// What is agreed with an agent: a text, a day and who agreed; then whether it was done.

import { field, sent } from "./coaching_parts.js";
import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { words } from "./words.js";

export function actions(week, path, { ask, attempt, again }) {
  const text = h("textarea", { id: "action-text", required: true, maxlength: 2_000 });
  const due = h("input", { id: "action-due", type: "date", required: true, min: week.first, max: "2199-12-31" });
  const people = h("input", { id: "action-people", required: true, maxlength: 1_000, placeholder: `${week.title}, team lead` });

  async function agree() {
    const agreed = people.value.split(",").map((name) => name.trim()).filter(Boolean);
    await sent(ask, `${path}/actions`, { text: text.value, due_on: due.value, agreed_by: agreed });
    await again();
  }

  return [
    ...(week.actions.length ? actionList(week, { ask, attempt, again }) : [h("p", { class: "hint" }, "None yet.")]),
    h("form", { id: "agree", class: "form", submit: (event) => { event.preventDefault(); attempt(agree); } },
      field("What is agreed", text), field("By when", due), field("Who agreed, with commas between", people),
      h("button", { type: "submit", class: "primary" }, "Agree")),
  ];
}

// What was agreed, in a list; none where nothing was.
export function actionList(period, { ask, attempt, again }) {
  const settle = (one, state) => async () => {
    await sent(ask, `v1/coaching/actions/${one.id}/settle`, { state });
    await again();
  };
  const button = (one, state, title) => h("button", { type: "button", click: () => attempt(settle(one, state)) }, title, h("span", { class: "heard" }, `: ${one.text}`));
  const item = (one) => h("li", {}, h("p", {}, one.text),
    h("p", { class: "hint" }, `By ${one.due_on}. Agreed by ${one.agreed_by.map((name) => titleOf("agent", name)).join(", ")} in ${one.week}. ${words(one.state)}${one.settled_by ? `, says ${one.settled_by}` : ""}.`),
    one.state === "open"
      ? h("div", { class: "actions" }, button(one, "done", "Done"), button(one, "not_done", "Not done"))
      : h("div", { class: "actions" }, button(one, "open", "Open again")));
  return period.actions.length ? [h("ul", { class: "agreed" }, period.actions.map(item))] : [];
}
