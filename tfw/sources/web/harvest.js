// One step of reading comments, in one call: returns what is on the page and not yet reported,
// presses what shows more answers, and moves on. Everything the caller needs to decide about the
// next step comes back with it. Arguments: the selectors, and {move: "on" | "up" | "down" | "stay",
// open: which of the things that show the comments to press, -1 for none;
// presses: how many things that show more answers to press}.
const [selectors, options] = arguments;
const roles = selectors.roles;
const memory = (window[Symbol.for("comment harvest")] ??= {
  numbers: new Map(), // what identifies a comment -> its number
  seen: new WeakMap(), // the element of a text -> what stood in it
  pressed: new WeakMap(), // what shows more -> {text, step} when it was pressed last
  drawn: new Set(), // the comments that were drawn at the last step
  held: 0, // steps that the list has stayed for that
  tried: new Map(), // a thread -> its texts when something without a number was pressed in it
  hides: false, // whether such a press hid answers
  gap: false, // whether comments were passed over
  moved: 0, // pixels that the last move went on
  from: null, // where the last step began to move on, if it did
  stride: 20, // views that one move may go at most
  step: 0,
});
memory.step += 1;
const PRESS_AGAIN = 4; // steps after which a press without an effect is repeated
const PRESSES = 3;
const HOLD = 4; // steps that a list stays for threads to be drawn

const within = (root, role) => {
  for (const selector of roles[role]) {
    const found = root.querySelector(selector);
    if (found) return found;
  }
  return null;
};
const allOf = (role) => {
  for (const selector of roles[role]) {
    const found = [...document.querySelectorAll(selector)];
    if (found.length) return found;
  }
  return [];
};
const closest = (element, role) => {
  for (const selector of roles[role]) {
    const found = element.closest(selector);
    if (found) return found;
  }
  return null;
};
const isShown = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
};
// The text as written: emoji may be drawn as pictures whose alternative text they are.
const textOf = (element) => {
  if (!element) return "";
  if (!element.querySelector("img[alt]")) return element.textContent;
  return [...element.childNodes]
    .map((node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      if (node.nodeType !== Node.ELEMENT_NODE) return "";
      return node.tagName === "IMG" ? node.alt : textOf(node);
    })
    .join("");
};

// --- the comments -------------------------------------------------------------------------------
const levelOf = (text) => {
  const mark = text.getAttribute("data-e2e") || "";
  if (mark.endsWith("-1")) return 1;
  return mark.endsWith("-2") || closest(text, "replies") ? 2 : 1;
};
const linkIn = (block) => {
  const mark = within(block, "author");
  return mark && (mark.closest("a[href]") || mark.querySelector("a[href]"));
};
const handleIn = (link) => {
  const path = link ? new URL(link.href, location.href).pathname : "";
  const name = path.match(/^\/@([^/]+)/);
  if (!name) return null;
  try {
    return decodeURIComponent(name[1]);
  } catch {
    return name[1];
  }
};
const textSelector = roles.text.find((selector) => document.querySelector(selector)) || "";
const texts = textSelector ? [...document.querySelectorAll(textSelector)] : [];
// The block of a comment: the elements around its text, as long as they hold no other comment's.
const blockOf = (text) => {
  let block = text;
  for (let at = text.parentElement; at && at !== document.body; at = at.parentElement) {
    if (roles.replies.some((selector) => at.matches(selector))) break;
    if (at.querySelectorAll(textSelector).length > 1) break;
    block = at;
    if (within(block, "author") && (within(block, "time") || within(block, "likes"))) break;
  }
  return block;
};
const likesIn = (block) => {
  const mark = within(block, "likes");
  if (!mark) return null;
  return textOf(mark).trim() || mark.getAttribute("aria-label") || null;
};

const rows = [];
const parents = new Map(); // the element of a thread -> the number of its comment
let lastTop = null;
const drawn = new Set();
for (const text of texts) {
  const level = levelOf(text);
  const thread = closest(text, "thread");
  const above = level === 1 ? null : ((thread && parents.get(thread)) ?? lastTop);
  const words = textOf(text);
  // An element may be used again for another comment, so that it was seen is not enough.
  const seen = memory.seen.get(text);
  if (seen && seen.words === words && seen.link?.isConnected && seen.link.href === seen.href) {
    drawn.add(seen.number);
    if (level === 1) {
      lastTop = seen.number;
      if (thread) parents.set(thread, seen.number);
    }
    continue;
  }
  const block = blockOf(text);
  const link = linkIn(block);
  const author = handleIn(link);
  const identified = closest(text, "identified");
  const id = identified && /^\d{15,20}$/.test(identified.id) ? identified.id : null;
  const signature = id ?? JSON.stringify([author, words, level, above]);
  let number = memory.numbers.get(signature);
  if (number === undefined) {
    number = memory.numbers.size;
    memory.numbers.set(signature, number);
    const time = within(block, "time");
    rows.push({
      number,
      above,
      level,
      id,
      author,
      text: words,
      time: textOf(time).trim() || null,
      likes: likesIn(block),
    });
  }
  drawn.add(number);
  memory.seen.set(text, { words, number, link, href: link?.href });
  if (level === 1) {
    lastTop = number;
    if (thread) parents.set(thread, number);
  }
}

// --- what shows more answers --------------------------------------------------------------------
// Not what hides them again: that has no number, and comes last where answers are shown. One that
// stands alone without a number is tried; if answers go away, no such one is pressed any more.
const mores = texts.length ? allOf("more") : [];
const textsIn = (thread) => thread.querySelectorAll(textSelector).length;
for (const [thread, count] of memory.tried) {
  if (thread.isConnected && textsIn(thread) < count) memory.hides = true;
}
memory.tried.clear();
const showsMore = (more, text) => {
  if (more.hasAttribute("data-e2e") || /\p{Nd}/u.test(text)) return true;
  const thread = closest(more, "thread");
  if (!thread) return false;
  if (textsIn(thread) === 1) return true;
  const beside = mores.filter((other) => other !== more && thread.contains(other) && isShown(other));
  if (beside.length) return beside.some((other) => more.compareDocumentPosition(other) & 4);
  if (!memory.hides) memory.tried.set(thread, textsIn(thread));
  return !memory.hides;
};
let pressed = 0;
let waiting = 0;
for (const more of mores) {
  const text = more.textContent.trim();
  if (!isShown(more) || !showsMore(more, text)) continue;
  const before = memory.pressed.get(more);
  const unchanged = before && before.text === text;
  const presses = memory.tried.has(closest(more, "thread")) ? 1 : PRESSES;
  if (unchanged && before.times >= presses) continue;
  waiting += 1;
  if (pressed >= options.presses) continue;
  if (unchanged && memory.step - before.step < PRESS_AGAIN) continue;
  memory.pressed.set(more, {
    text,
    step: memory.step,
    times: unchanged ? before.times + 1 : 1,
  });
  (more.querySelector("span, button") || more).click();
  pressed += 1;
}

// --- moving on ----------------------------------------------------------------------------------
const scrollable = (element) => {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const flow = getComputedStyle(at).overflowY;
    if ((flow === "auto" || flow === "scroll") && at.scrollHeight > at.clientHeight + 1) return at;
  }
  return null;
};
const list = allOf("list").find(isShown) || null;
const inner = scrollable(allOf("scroller").find(isShown) || null) || scrollable(list);
const scroller = inner || document.scrollingElement;
const view = inner ? inner.clientHeight : window.innerHeight;
// Where nothing is there any more of what was there before, a list that draws only a part of itself
// has gone too far: back until something is, and in smaller moves from then on.
const joins = [...drawn].some((number) => memory.drawn.has(number));
if (joins || !memory.drawn.size || scroller.scrollTop <= 0) memory.gap = false;
else if (rows.length) memory.gap = true;
if (!memory.gap && drawn.size) memory.drawn = drawn;
// A list may be back where the last move began, or before it, because the browser keeps in view what
// it had in view while heights change around it. A smaller move gets past that place.
if (memory.from !== null && scroller.scrollTop <= memory.from + 1 && memory.moved > 1) {
  memory.stride = Math.max(0.2, Math.min(memory.stride, memory.moved / view) / 2);
}
memory.from = null;
// To the last comment that is drawn, but at least most of a view.
const advance = () => {
  if (memory.gap) {
    memory.moved = Math.max(memory.moved / 2, view / 2);
    memory.stride = Math.max(0.3, Math.min(memory.stride, memory.moved / view));
    scroller.scrollBy(0, -memory.moved);
    return;
  }
  const last = texts.findLast(isShown);
  const edge = inner ? inner.getBoundingClientRect().top : 0;
  const further = last ? last.getBoundingClientRect().top - edge - 40 : 0;
  const distance = Math.min(Math.max(view * 0.9, further), view * memory.stride);
  memory.from = scroller.scrollTop;
  scroller.scrollBy(0, distance);
  memory.moved = scroller.scrollTop - memory.from;
};
const moves = {
  on: advance,
  up: () => scroller.scrollBy(0, -1.5 * view),
  down: () => scroller.scrollTo(0, scroller.scrollHeight),
  stay: () => {},
};
const before = scroller.scrollTop;
// While answers are on their way, or threads are still to be drawn, the list stays: a virtualised
// one would drop them unread.
const loading = allOf("loading").filter(isShown);
const undrawn = Boolean(list && loading.some((mark) => list.contains(mark)));
memory.held = undrawn && memory.held < HOLD ? memory.held + 1 : 0;
if (options.move !== "on" || (!waiting && !memory.held)) moves[options.move]();

// Several things may open the comments, some only one after the other: a press each time.
const openers = list
  ? []
  : roles.opener.flatMap((selector) => [...document.querySelectorAll(selector)].filter(isShown));
if (options.open >= 0 && openers.length) openers[options.open % openers.length].click();

const layout = selectors.layouts.find(([, marks]) =>
  marks.some((mark) => document.querySelector(mark)),
);
return {
  layout: layout ? layout[0] : null,
  rows,
  shown: texts.length,
  pressed,
  waiting,
  moved: Math.abs(scroller.scrollTop - before) > 1,
  at_end: scroller.scrollTop + view >= scroller.scrollHeight - 4,
  loading: loading.length > 0,
  empty: allOf("empty").some(isShown),
  has_list: Boolean(list),
  has_opener: openers.length > 0,
};
