// What the reports of results show: their dimensions, their columns, and what each figure means.

import { percent, words } from "./words.js";

const count = (name) => ({ title: words(name), of: (row) => row[name] });

// A share of few says little: its interval and what it is of stand beside it.
const share = (title, of) => ({ title, of: (row) => shareText(of(row)) });

function shareText({ share: part, low, high, n, measured }) {
  if (!measured) return `not measured yet (n = ${n})`;
  return `${percent(part)} (${percent(low)} to ${percent(high)}, n = ${n})`;
}

const MATTER = "Two contacts are about the same matter if they are the same customer's and have the same topic, or are in the same case.";

export const RESULTS = {
  resolutions: {
    title: "Automation and community",
    exported: true,
    groups: ["outcome", "topic", "cell", "channel", "served_by", "ref", "version"],
    usual: ["outcome"],
    columns: () => [
      count("served"),
      count("confirmed"),
      count("silent"),
      count("pending"),
      count("returned"),
      count("moved_on"),
      count("gave_up"),
      count("unrecognised"),
      share("contained", (row) => row.contained),
      share("resolved", (row) => row.resolved),
    ],
    meaning: {
      served: "All that it served, also what went on to another rung.",
      confirmed: "It ended there, the customer said that it is settled, and has not come back.",
      silent: "It ended there, and the customer has not come back within the workspace's silent_after_s, over any channel.",
      pending: "The same, while that time runs.",
      returned: `It ended there, and the customer came back in that time, also after saying that it is settled. ${MATTER}`,
      "moved on": "It did not help: the contact went on to another rung.",
      "gave up": "The customer left, or an operator cancelled it.",
      unrecognised: "It ended there, and nobody would know the customer again.",
      contained: "What ended there, of all that was served: what many call deflected.",
      resolved: "Confirmed and silent, of those, returned and moved on; only of what is no longer pending.",
    },
  },
  fcr: {
    title: "First-contact resolution",
    exported: true,
    groups: ["queue", "agent", "topic", "channel", "outcome"],
    usual: ["queue"],
    columns: () => [
      count("contacts"),
      count("resolved"),
      count("repeated"),
      count("grey"),
      count("repeats"),
      count("abandoned"),
      count("cancelled"),
      count("incidents"),
      count("machines"),
      count("opt_outs"),
      count("unmatched"),
      share("FCR", (row) => row.fcr),
    ],
    meaning: {
      "first contact": `One that was served, and before which in 7 days no other about the matter was. ${MATTER}`,
      "resolved, repeated": "First contacts that are at least 7 days old, without and with another within 7 days. They count where and with whom they ended.",
      grey: "First contacts that are younger: nobody knows yet.",
      repeats: "Contacts within 7 days of one that was served. They are not first.",
      "abandoned, cancelled, incidents, machines, opt outs, unmatched": "Apart, and in no share; unmatched ones have no topic, or came without an address.",
      FCR: "Resolved, of resolved and repeated.",
    },
  },
  "self-service": {
    title: "Articles read without a contact",
    exported: true,
    groups: ["article", "version", "topic", "by"],
    usual: ["article"],
    columns: () => [
      count("reads"),
      count("helped"),
      count("not_helped"),
      count("followed"),
      count("silent"),
      count("pending"),
      share("helped, of those known", (row) => row.helped_share),
    ],
    meaning: {
      reads: "Readers in the help portal, each once a day, article and version.",
      "helped, not helped": "What the reader said at the foot of the article.",
      followed: "The reader wrote in the portal within the workspace's silent_after_s.",
      "silent, pending": "Neither; the time for it is over, or runs. Nobody knows whether it helped, so they are in no share.",
      "helped, of those known": "Helped, of helped, not helped and followed. Who reads and telephones is not recognised: it is at most so much.",
    },
  },
};

export const SHARES = "The interval beside a share is Wilson's at 95 %. Of fewer than 30 a share is not measured yet; what overlaps is not ranked.";
