// Shows the page as pictures and sends the person's own pointer moves and keys to the kernel.
const MOVES_EVERY_MS = 30;

function render({ model, el }) {
  el.classList.add("tfw-captcha");
  const line = element("div", "line", { role: "status" });
  const words = element("span", "words");
  const left = element("span", "left");
  const aside = element("button", "aside", { type: "button" });
  aside.textContent = "Set this post aside";
  const page = element("img", "page", {
    tabindex: "0",
    draggable: "false",
    alt: "The live page with the captcha; click and drag in it as in the page itself",
  });
  line.append(words, left, aside);
  el.append(line, page);

  let lastMove = 0;
  let down = false;
  const send = (kind, event) => {
    const box = page.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * model.get("width");
    const y = ((event.clientY - box.top) / box.height) * model.get("height");
    model.send({ kind, x, y });
  };
  page.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    page.focus();
    page.setPointerCapture(event.pointerId);
    down = true;
    send("down", event);
  });
  page.addEventListener("pointermove", (event) => {
    if (!down || event.timeStamp - lastMove < MOVES_EVERY_MS) return;
    lastMove = event.timeStamp;
    send("move", event);
  });
  const release = (event) => {
    if (!down) return;
    down = false;
    // The last place counts, even when its move fell between two sendings.
    send("move", event);
    send("up", event);
  };
  page.addEventListener("pointerup", release);
  page.addEventListener("pointercancel", release);
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.ctrlKey || event.metaKey) return;
    if (event.key === "Tab" && !down) return; // leaves the picture, as everywhere
    event.preventDefault();
    event.stopPropagation();
    model.send({ kind: "key", key: event.key });
  });
  aside.addEventListener("click", () => model.send({ kind: "set aside" }));

  const draw = () => {
    const asking = model.get("state") === "asking";
    el.dataset.state = model.get("state");
    words.textContent = model.get("message");
    left.textContent = asking ? `${model.get("seconds_left")} s left` : "";
    aside.hidden = !asking;
    page.hidden = !asking || !model.get("picture");
    if (model.get("picture")) page.src = `data:image/png;base64,${model.get("picture")}`;
  };
  for (const name of ["state", "message", "picture", "seconds_left"]) model.on(`change:${name}`, draw);
  draw();
}

function element(name, className, attributes = {}) {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export default { render };
