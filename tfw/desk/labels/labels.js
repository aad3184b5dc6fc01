// Shows one post to a coder and sends one key per decision to the kernel. Keys are heard only while
// the card has the focus; nothing is caught on the page, and keys with Ctrl, Alt or Meta never.
const KEYS = {
  f: ["fashion", "F", "Fashion"],
  n: ["not", "N", "Not fashion"],
  u: ["unsure", "U", "Unsure"],
  s: ["skip", "S", "Skip"],
  z: ["undo", "Z", "Undo"],
};
const SLOW_MS = 2000;

function render({ model, el }) {
  el.classList.add("tfw-labels");
  const card = element("section", "card", { tabindex: "0", "aria-label": "Post to label" });
  const place = element("p", "place");
  const text = element("bdi", "text", { dir: "auto" });
  const tags = element("bdi", "tags", { dir: "auto" });
  const answers = element("ul", "answers", { "aria-label": "What the coders said" });
  const link = element("a", "link", { target: "_blank", rel: "noopener noreferrer" });
  link.textContent = "open the post";
  card.append(place, text, tags, answers, link);

  const keys = element("div", "keys", { role: "group", "aria-label": "Decisions" });
  const buttons = Object.entries(KEYS).map(([key, [what, letter, name]]) => {
    const button = element("button", what, { type: "button", "aria-keyshortcuts": letter });
    const cap = element("kbd", "cap");
    cap.textContent = letter;
    button.append(cap, ` ${name}`);
    button.addEventListener("click", () => send(what));
    keys.append(button);
    return [what, button];
  });
  const hint = element("p", "hint");
  const said = element("p", "said", { role: "status" });
  const bar = element("progress", "bar", { "aria-label": "Labels given of those wanted" });
  const count = element("p", "count");
  const foot = element("div", "foot");
  foot.append(bar, count);
  el.append(card, keys, hint, said, foot);

  let waiting = false;
  let slow = 0;
  const wait = (on) => {
    waiting = on;
    card.setAttribute("aria-busy", on);
  };
  const send = (what) => {
    const post = model.get("post");
    if (waiting || !model.get("enabled") || (!post.serial && what !== "undo")) return;
    wait(true); // until the next post is there: a second key must not label what nobody saw
    slow = setTimeout(() => (said.textContent = "The kernel is busy; your key waits for it."), SLOW_MS);
    model.send({ kind: what, serial: post.serial || 0 });
  };
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = letter(event);
    // Bare letters are the desk's while it has the focus: D D or X would cut the notebook's cell.
    if (!/^[a-z0-9]$/.test(key) && key !== "backspace") return;
    event.stopPropagation();
    event.preventDefault();
    const decision = key === "backspace" ? "undo" : KEYS[key]?.[0];
    if (decision && !event.repeat) send(decision);
    if (!decision) said.textContent = `${key.toUpperCase()} is no key here; F, N, U, S and Z are.`;
  });
  const remind = () => {
    const on = el.contains(document.activeElement);
    hint.textContent = on
      ? "Keys work now. Tab or a click elsewhere leaves them."
      : "Click the post, or press Tab until it is framed, to use the keys.";
  };
  el.addEventListener("focusin", remind);
  el.addEventListener("focusout", () => setTimeout(remind));
  card.addEventListener("click", (event) => {
    if (event.target !== link && !String(getSelection())) card.focus();
  });

  const draw = () => {
    const post = model.get("post");
    const there = Boolean(post.serial);
    card.classList.toggle("none", !there);
    place.textContent = there ? post.place : "";
    text.textContent = there ? post.text : model.get("words");
    text.classList.toggle("empty-text", there && post.wordless);
    tags.textContent = post.tags || "";
    link.hidden = !there;
    if (there) link.href = post.url;
    answers.replaceChildren(...(post.answers || []).map(answerOf));
    for (const [what, button] of buttons) {
      button.disabled = !model.get("enabled") || (!there && what !== "undo");
    }
    hint.hidden = !model.get("enabled");
    const { done = 0, goal = 0, words = "" } = model.get("progress");
    bar.max = Math.max(goal, 1);
    bar.value = Math.min(done, goal);
    bar.hidden = !goal;
    count.textContent = words;
    remind();
  };
  const speak = () => (said.textContent = model.get("said"));
  const heard = () => {
    wait(false);
    clearTimeout(slow);
    speak();
  };
  for (const name of ["post", "progress", "enabled", "words"]) model.on(`change:${name}`, draw);
  model.on("change:said", speak);
  model.on("change:heard", heard);
  draw();
  speak();
  return () => clearTimeout(slow);
}

// The letter of a key, also on keyboards of other scripts.
function letter(event) {
  const key = event.key.toLowerCase();
  if (key.length === 1 && key.charCodeAt(0) > 127 && event.code.startsWith("Key")) {
    return event.code.slice(3).toLowerCase();
  }
  return key;
}

function answerOf({ coder, label, note }) {
  const line = element("li", label);
  const who = element("bdi", "who");
  who.textContent = coder;
  const what = element("strong", "what");
  what.textContent = label;
  line.append(who, ": ", what);
  if (note) {
    const why = element("bdi", "note");
    why.textContent = note;
    line.append(" – ", why);
  }
  return line;
}

function element(name, className, attributes = {}) {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export default { render };
