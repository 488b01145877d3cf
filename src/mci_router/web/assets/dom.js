// Builds elements. Strings become text nodes, so nothing a customer wrote is ever read as markup.

export const byId = (id) => document.getElementById(id);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

// Shows one element an entry of a Map, in its order. An element stays the same while its entry lives, so that focus and
// half-typed text survive the next figures. `make(key)` gives { element, show }; `show` gets the entry's value.
export function keyed(box, entries, make) {
  box.parts ??= new Map();
  for (const key of box.parts.keys()) if (!entries.has(key)) box.parts.delete(key);
  const elements = [...entries].map(([key, value]) => {
    if (!box.parts.has(key)) box.parts.set(key, make(key));
    const part = box.parts.get(key);
    part.show(value);
    return part.element;
  });
  if (elements.length === box.children.length && elements.every((element, place) => box.children[place] === element)) return;
  const focused = document.activeElement;
  box.replaceChildren(...elements);
  if (focused !== document.activeElement && box.contains(focused)) focused.focus();
}

// Shows other elements in a box. What stands at the place of the one that had the focus has it afterwards.
export function renew(box, elements) {
  const place = [...box.children].indexOf(document.activeElement);
  box.replaceChildren(...elements);
  if (place >= 0) box.children[place]?.focus();
}

const SLOW_MS = 800; // after which people wonder whether anything happens
const WAIT = "One moment, this takes longer than usual …";

// Does the work, and says meanwhile that it takes longer, where it does.
export async function patiently(element, work) {
  const slow = setTimeout(() => element.hidden && tell(element, WAIT, "plain"), SLOW_MS);
  try {
    return await work();
  } finally {
    clearTimeout(slow);
    if (element.textContent === WAIT) tell(element, "");
  }
}

// Shows a text in an element that is hidden while there is none.
export function tell(element, text, tone = "") {
  element.hidden = !text;
  element.textContent = text || "";
  if (tone) element.className = `banner ${tone}`;
}
