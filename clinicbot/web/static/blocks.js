/**
 * Draws the blocks of an assistant message. Everything that came over the network enters the
 * page as text: createElement and textContent only, never markup.
 *
 * @typedef {{ type: string, [key: string]: any }} Block
 * @typedef {{ texts: Record<string, string>,
 *             choose: (item: {id: string, title: string}, chips: HTMLElement) => void,
 *             submit: (fields: Record<string, string>, form: HTMLFormElement) => void }} Context
 */

const SAFE_LINK = /^(https?:\/\/|tel:|mailto:)/i;
const INPUT_TYPES = ["text", "tel", "email"];

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const list = (value) => (Array.isArray(value) ? value : []);
const words = (value) => (value === null || value === undefined ? "" : String(value));

function link(text, href) {
  if (!SAFE_LINK.test(words(href))) return make("span", {}, text);
  const outside = /^http/i.test(href);
  return make("a", outside ? { href, rel: "noopener noreferrer", target: "_blank" } : { href }, text);
}

function source(item) {
  const title = make("cite", {}, link(words(item.title), item.url));
  if (!item.section) return make("li", {}, title);
  return make("li", {}, title, make("span", { class: "section" }, ` · ${words(item.section)}`));
}

/** Rows of cells: the first row is the heading, the first cell of the others names its row. */
function table(block) {
  const [heading, ...rows] = list(block.rows).map(list);
  // An empty corner heads nothing.
  const heads = list(heading).map((text) =>
    (words(text) ? make("th", { scope: "col" }, words(text)) : make("td")));
  const body = rows.map((row) =>
    make("tr", {}, ...row.map((cell, i) =>
      make(i ? "td" : "th", i ? {} : { scope: "row" }, words(cell)))));
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
}

function contact(block, { texts }) {
  const rows = [];
  for (const key of ["phone", "email", "address", "hours"]) {
    const value = Array.isArray(block[key]) ? block[key].join("\n") : words(block[key]);
    if (!value) continue;
    const scheme = { phone: "tel:", email: "mailto:" }[key];
    const shown = scheme ? link(value, scheme + value.replace(/\s/g, "")) : value;
    rows.push(make("div", {}, make("dt", {}, texts[key]), make("dd", {}, shown)));
  }
  return make("dl", { class: "contact" }, ...rows);
}

function choices(block, { texts, choose }) {
  const chips = make("div", { class: "chips", role: "group", "aria-label": texts.choices });
  for (const item of list(block.items)) {
    const chip = make("button", { type: "button", class: "chip" }, words(item.title));
    chip.addEventListener("click", () => {
      chip.classList.add("chosen");
      choose(item, chips);
    });
    chips.append(chip);
  }
  return chips;
}

function form(block, { texts, submit }) {
  const node = make("form", { class: "fields" });
  for (const field of list(block.fields)) {
    const name = words(field.name);
    const type = INPUT_TYPES.includes(field.type) ? field.type : "text";
    const input = make("input", { name, type, maxlength: "200", autocomplete: field.autocomplete || "on" });
    input.required = field.required !== false;
    const label = words(field.label || field.title || name);
    node.append(make("label", {}, input.required ? label : `${label} (${texts.optional})`, input));
  }
  node.append(make("button", { type: "submit", class: "primary" }, words(block.submit) || texts.submit));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(Object.fromEntries([...new FormData(node)].map(([name, value]) => [name, String(value)])), node);
  });
  return node;
}

const DRAWN = {
  text: (block) => make("p", {}, words(block.text)),
  list: (block) => make("ul", {}, ...list(block.items).map((item) => make("li", {}, words(item)))),
  table,
  sources: (block, { texts }) =>
    make("div", { class: "sources" }, make("h3", {}, texts.sources),
      make("ul", {}, ...list(block.items).map(source))),
  choices,
  form,
  contact,
};

/**
 * The nodes of a message; blocks of a type we do not know are left out.
 * @param {Block[]} blocks @param {Context} context @returns {Node[]}
 */
export function drawBlocks(blocks, context) {
  return list(blocks).filter((block) => Object.hasOwn(DRAWN, block.type))
    .map((block) => DRAWN[block.type](block, context));
}
