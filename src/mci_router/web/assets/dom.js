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

// Shows a text in an element that is hidden while there is none.
export function tell(element, text, tone = "") {
  element.hidden = !text;
  element.textContent = text || "";
  if (tone) element.className = `banner ${tone}`;
}
