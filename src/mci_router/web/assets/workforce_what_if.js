// A change to the staff that a job has found: agents more, a skill learnt, another target. It is a job of its own.

import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { capital, words } from "./words.js";

// `open(id)` shows the job that compares.
export function whatIfForm({ job, ask, attempt, open }) {
  const groups = () => job.groups.map((group) => h("option", { value: group.group }, capital(words(group.group))));
  const queues = () => job.found.queues.map((queue) => h("option", { value: queue.queue }, titleOf("queue", queue.queue)));
  const more = select("what-if-group", groups());
  const agents = number("what-if-agents", { value: "1", min: "-500", max: "500" });
  const learners = select("what-if-learners", groups());
  const skill = h("input", { id: "what-if-skill", autocomplete: "off", pattern: "[a-z0-9_]+" });
  const trained = number("what-if-trained", { value: "1", min: "1", max: "500" });
  const queue = select("what-if-queue", queues());
  const goal = number("what-if-goal", { min: "1", max: "99" });
  const target = number("what-if-target", { min: "1", max: "2592000" });

  const submit = (event) => {
    event.preventDefault();
    attempt(async () => {
      const change = {
        agents: Number(agents.value) ? [{ group: more.value, agents: Number(agents.value) }] : [],
        skills: skill.value ? [{ group: learners.value, agents: Number(trained.value), skill: skill.value }] : [],
        goals: goal.value || target.value ? [{ queue: queue.value, goal: goal.value ? Number(goal.value) / 100 : null, target_s: target.value ? Number(target.value) : null }] : [],
      };
      const body = JSON.stringify({ of: job.id, what_if: change, seconds: 300 });
      const made = await (await ask("v1/staffing", { method: "POST", body, headers: { "Content-Type": "application/json" } })).json();
      await open(made.id);
    });
  };
  return h("form", { class: "card filters", "aria-label": "What if", submit }, h("h3", {}, "What if"),
    group("Agents more, all day", field(more, "Group"), field(agents, "Agents more (or fewer)")),
    group("Agents learn a skill", field(learners, "Group"), field(trained, "Agents"), field(skill, "Skill (empty: nobody learns)")),
    group("Another target", field(queue, "Queue"), field(goal, "Goal in per cent"), field(target, "Target in seconds")),
    h("button", { type: "submit", class: "primary" }, "Play it on the same days"));
}

const select = (id, options) => h("select", { id }, options);
const number = (id, attributes) => h("input", { id, type: "number", step: "1", ...attributes });
const field = (input, text) => h("div", { class: "choice" }, h("label", { for: input.id }, text), input);
const group = (title, ...fields) => h("fieldset", {}, h("legend", {}, title), fields);
