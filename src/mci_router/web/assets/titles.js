// Titles that people read instead of names, as `workspace.read` gives them; and what else the workspace says of a desk.

import { titleIn } from "./language.js";
import { capital, words } from "./words.js";

let known = { queues: {}, topics: {}, agents: {}, dispositions: [], retention_topics: [], currency: null, agent: { name: "", title: "" } };

export function learn(workspace) {
  known = { ...known, ...workspace };
}

const titleOf = (kind, name) => (name ? known[kind][name] ?? capital(words(name)) : "");

export const mayInform = () => Boolean(known.agent.may_inform);
export const mayReadAlong = () => Boolean(known.agent.may_read_along);

export const queueTitle = (name) => titleOf("queues", name);
export const topicTitle = (name) => titleOf("topics", name);
export const agentTitle = (name) => titleOf("agents", name);
export const mayLeave = (topic) => known.retention_topics.includes(topic);
export const currency = () => known.currency;
export const dispositions = () => known.dispositions.map((one) => ({ ...one, title: titleIn(one) }));

export function dispositionTitle(name) {
  const found = known.dispositions.find((one) => one.name === name);
  return found ? titleIn(found) : capital(words(name));
}
