// A quality form: filled in for a conversation, and shown once it is. A correction begins with what was answered before.

import { field, options, sent } from "./coaching_parts.js";
import { h } from "./dom.js";
import { percent } from "./words.js";

const LONGEST = 1_000;
const NOT_HERE = "does not apply";

// Shows the form in `beneath`. `about` has { week, contact, forms, reviews }.
export function reviewForm(beneath, about, { ask, attempt, again }) {
  const choice = h("select", { id: "quality-form", change: () => draw() }, about.forms.map((form) => h("option", { value: form.name }, form.title)));
  const questions = h("div", {});
  const comment = h("textarea", { id: "review-comment", maxlength: 4_000 });
  const reviewer = h("input", { id: "reviewer", maxlength: 200, autocomplete: "name" });
  const chosen = () => about.forms.find((form) => form.name === choice.value);
  const before = () => about.reviews.find((one) => one.contact_id === about.contact.contact_id && one.form === choice.value);
  let answers = {};

  function draw() {
    const earlier = before();
    const known = new Map((earlier?.answers ?? []).map((one) => [one.name, one.answer]));
    answers = {};
    questions.replaceChildren(...chosen().sections.map((section) => h("fieldset", {}, h("legend", {}, section.title),
      section.questions.map((question) => asked(question, known.get(question.name) ?? null, (answer) => { answers[question.name] = answer; })))));
    comment.value = earlier?.comment ?? "";
    reviewer.value = earlier?.reviewer ?? "";
  }

  async function keep() {
    const { week, contact } = about;
    const body = { agent: week.agent, week: week.week, contact_id: contact.contact_id, form: choice.value, answers, comment: comment.value, corrects: before()?.id ?? null };
    await sent(ask, "v1/coaching/reviews", { ...body, reviewer: reviewer.value.trim() || null });
    await again();
  }

  draw();
  beneath.replaceChildren(h("form", { id: "review", class: "form", submit: (event) => { event.preventDefault(); attempt(keep); } },
    field("Form", choice), questions, field("Comment", comment), field("Who looked at it", reviewer),
    h("button", { type: "submit", class: "primary" }, "Keep the review")));
  choice.focus();
}

function asked(question, known, answered) {
  const id = `question-${question.name}`;
  const said = question.text && h("p", { class: "hint", id: `${id}-text` }, question.text);
  const input = question.kind === "text" ? h("textarea", { id, maxlength: LONGEST }) : h("select", { id, required: true }, choices(question));
  if (said) input.setAttribute("aria-describedby", said.id);
  if (known != null) input.value = known === true ? "yes" : known === false ? "no" : known;
  const keep = () => answered(valueOf(question, input.value));
  input.addEventListener("input", keep);
  keep();
  return h("div", { class: "choice" }, h("label", { for: id }, `${question.title}${question.fatal ? " (a no makes the score 0)" : ""}`), said, input);
}

function choices(question) {
  const values = question.kind === "yes_no" ? ["yes", "no"] : Array.from({ length: question.steps }, (_, place) => String(place + 1));
  const none = h("option", { value: "" }, "choose");
  return [none, ...options(values), ...(question.may_be_left_out ? [h("option", { value: NOT_HERE }, NOT_HERE)] : [])];
}

function valueOf(question, value) {
  if (question.kind === "text") return value.trim() || null;
  if (value === "" || value === NOT_HERE) return null;
  return question.kind === "yes_no" ? value === "yes" : Number(value);
}

export function reviewShown(review) {
  const written = (one) => (one.answer === true ? "yes" : one.answer === false ? "no" : one.answer == null ? NOT_HERE : one.kind === "scale" ? `${one.answer} of ${one.steps}` : one.answer);
  const failed = review.failed.length > 0 && h("p", { class: "banner bad" }, "A fatal question was answered by no.");
  return h("details", {}, h("summary", {}, `${review.title}: ${percent(review.score)}, by ${review.reviewer}${review.corrects ? ", corrected" : ""}`), failed,
    h("dl", { class: "meanings" }, review.answers.flatMap((one) => [h("dt", {}, one.title), h("dd", {}, written(one))])),
    review.comment && h("p", {}, review.comment));
}
