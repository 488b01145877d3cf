// The markup of a message, as the router has cleaned it, made into elements. The page lets no script write markup: each tag and
// attribute is one of those below, and all else is text or nothing.

const TAGS = new Set("a abbr b blockquote br code del div em h1 h2 h3 h4 hr i li ol p pre s span strong sub sup table tbody td th thead tr u ul".split(" "));
const EMPTY = new Set(["br", "hr"]);
const PLAIN = { h1: "strong", h2: "strong", h3: "strong", h4: "strong" }; // a message makes no headings of the page
const SAFE = /^(https?|mailto|tel):/i;
const PARTS = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>|[^<]+|</gi;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const DEEPEST = 64; // as the router has it

export function markupOf(html) {
  const root = document.createDocumentFragment();
  const open = [{ tag: "", element: root }];
  const here = () => open.at(-1).element;
  for (const [part, end, name, attributes] of html.matchAll(PARTS)) {
    const tag = name?.toLowerCase();
    if (!tag) here().append(decoded(part));
    else if (end) close(open, tag);
    else if (tag === "img") here().append(decoded(valueOf(attributes, "alt") ?? ""));
    else if (TAGS.has(tag) && open.length < DEEPEST) {
      const element = elementOf(tag, attributes);
      here().append(element);
      if (!EMPTY.has(tag)) open.push({ tag, element });
    }
  }
  return root;
}

function close(open, tag) {
  const at = open.findLastIndex((one) => one.tag === tag);
  if (at > 0) open.length = at;
}

function elementOf(tag, attributes) {
  const element = document.createElement(PLAIN[tag] ?? tag);
  const link = tag === "a" && decoded(valueOf(attributes, "href") ?? "").trim();
  if (link && SAFE.test(link)) Object.assign(element, { href: link, target: "_blank", rel: "noopener noreferrer nofollow", title: link });
  for (const name of tag === "td" || tag === "th" ? ["colspan", "rowspan"] : []) {
    const value = valueOf(attributes, name);
    if (/^[1-9]\d?$/.test(value ?? "")) element.setAttribute(name, value);
  }
  return element;
}

const valueOf = (attributes, name) => new RegExp(`\\s${name}="([^"]*)"`, "i").exec(attributes ?? "")?.[1];

const decoded = (text) => text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, number, hex, name) => {
  if (name) return ENTITIES[name] ?? whole;
  const code = number ? Number(number) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
});
