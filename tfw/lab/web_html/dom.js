// What every page of the stand-in has in common: its data, its phrases, the names of its elements.

export const page = JSON.parse(document.getElementById("lab-page").textContent);

export function say(key, n) {
  return page.phrases[key].replace("{n}", n);
}

// Elements whose names nobody can know begin with the same letters but mean nothing.
const renamed = new Map();

function named(name) {
  if (!page.renamed) return name;
  if (!renamed.has(name)) renamed.set(name, `q${hash(name + Math.random())}`);
  return renamed.get(name);
}

function hash(text) {
  let value = 7;
  for (const letter of text) value = (value * 31 + letter.codePointAt(0)) % 2147483647;
  return value.toString(36);
}

function className(name) {
  if (page.renamed || /^(TUX|link-)/.test(name)) return named(name);
  const mark = hash(name + page.seed);
  return page.grammar.replaceAll("{hash}", mark).replace("{name}", name);
}

// An element. `kind` are names of classes as the site builds them, `look` is what the style sheet
// goes by, `e2e` the site's mark for tests, `on` the function called at a click.
export function el(tag, { kind = "", look, e2e, id, on, text, plain, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  const names = kind.split(" ").filter(Boolean).map(className);
  if (plain) names.push(...plain.split(" "));
  if (names.length) node.className = names.join(" ");
  if (look) node.dataset.look = look;
  if (e2e) page.renamed ? node.setAttribute("data-q", named(e2e)) : (node.dataset.e2e = e2e);
  if (id) node.id = named(id);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  if (on) node.addEventListener("click", on);
  node.append(...children);
  return node;
}

export function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

export function abbreviated(count) {
  const number = Number(count);
  if (number >= 1e6) return `${(number / 1e6).toFixed(1)}M`;
  return number >= 1e4 ? `${(number / 1e3).toFixed(1)}K` : String(number);
}

const opened = Date.now();

// The time as the site tells it: relative for two weeks, then a date, with the year if it is past.
export function timeText(seconds) {
  const now = page.now + Date.now() - opened;
  const age = Math.max(0, now / 1000 - seconds);
  if (age < 3600) return `${Math.max(1, Math.floor(age / 60))}m ago`;
  if (age < 86400) return `${Math.floor(age / 3600)}h ago`;
  if (age < 7 * 86400) return `${Math.floor(age / 86400)}d ago`;
  if (age < 14 * 86400) return "1w ago";
  const then = new Date(seconds * 1000);
  const day = `${then.getMonth() + 1}-${then.getDate()}`;
  return then.getFullYear() === new Date(now).getFullYear() ? day : `${then.getFullYear()}-${day}`;
}

// What keeps the page from loading more: an open pop-up, a captcha. `whenFree` waits for its end.
const barriers = new Set();
let waiting = [];

export function bar(barrier) {
  barriers.add(barrier);
}

export function unbar(barrier) {
  barriers.delete(barrier);
  if (barriers.size) return;
  const those = waiting;
  waiting = [];
  those.forEach((go) => go());
}

export function whenFree() {
  return barriers.size ? new Promise((go) => waiting.push(go)) : Promise.resolve();
}
