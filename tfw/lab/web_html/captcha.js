// Toys in the containers of both captcha generations. A real pointer has to move or click: what a
// script pretends does not count. They keep nobody out and prove nothing about anybody.

import { bar, el, page, unbar } from "./dom.js";

const END = 0.9;
const DONE_MS = 500;

export function startCaptcha() {
  if (page.obstacles.includes("captcha_v1_hidden")) document.body.append(older(() => undefined, false));
  if (!page.captcha) return;
  const barrier = {};
  bar(barrier);
  fetch("/captcha/get");
  const solved = async () => {
    await fetch(`/captcha/verify?post=${page.post ?? ""}`, { method: "POST" });
    setTimeout(() => {
      box.remove();
      document.body.classList.remove("captcha-disable-scroll");
      unbar(barrier);
    }, DONE_MS);
  };
  document.body.classList.add("captcha-disable-scroll");
  const box = page.captcha === 1 ? older(solved, true) : newer(solved);
  document.body.append(box);
}

function svg(width, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts}</svg>`;
}

function image(width, height, parts, attributes) {
  const src = `data:image/svg+xml,${encodeURIComponent(svg(width, height, parts))}`;
  return el("img", { alt: "", draggable: "false", src, width, height, ...attributes });
}

// An image with the same drawing below it: browsers that load no images show it all the same.
function picture(width, height, parts, attributes) {
  const box = el("div", { plain: "lab-picture" }, image(width, height, parts, attributes));
  box.insertAdjacentHTML("afterbegin", svg(width, height, parts));
  return box;
}

const HILLS = '<rect width="300" height="150" fill="#bae6fd"/><path d="M0 150 L80 60 L150 120 L220 40 L300 150 Z" fill="#4d7c0f"/><rect x="248" y="60" width="40" height="40" fill="#fff" opacity="0.8"/>';
const PIECE = '<rect width="40" height="40" rx="4" fill="#4d7c0f" stroke="#fff" stroke-width="3"/>';
const THINGS = '<rect width="340" height="170" fill="#fef3c7"/><path d="M40 130 L80 50 L120 130 Z" fill="#b45309"/><rect x="140" y="60" width="64" height="64" fill="#0e7490"/><circle cx="270" cy="92" r="38" fill="#be123c"/>';

// The older one: a knob to be dragged to the right end.
function older(solved, visible) {
  const text = el("p", { plain: "captcha_verify_message", text: "Drag the slider to fit the puzzle" });
  const piece = image(40, 40, PIECE, { plain: "captcha_verify_img_slide" });
  const knob = el("div", { plain: "secsdk-captcha-drag-icon", text: "→" });
  const track = el("div", { id: "secsdk-captcha-drag-wrapper", plain: "captcha_verify_slide--slidebar" }, knob);
  const done = () => {
    text.textContent = "Verification complete";
    solved();
  };
  makeDraggable(knob, track, piece, done);
  const box = el(
    "div",
    { plain: "captcha_verify_container", id: "captcha_container" },
    el("div", { plain: "captcha_verify_bar", text: "Verify to continue" }),
    el(
      "div",
      { plain: "captcha_verify_img--wrapper" },
      picture(300, 150, HILLS, { id: "captcha-verify-image" }),
      piece,
    ),
    text,
    track,
  );
  box.style.visibility = visible ? "visible" : "hidden";
  return box;
}

function makeDraggable(knob, track, piece, done) {
  let from = null;
  const room = () => track.clientWidth - knob.offsetWidth;
  const place = (x) => {
    const way = Math.max(0, Math.min(room(), x));
    knob.style.transform = `translateX(${way}px)`;
    piece.style.transform = `translateX(${(way / room()) * 248}px)`;
    return way;
  };
  knob.addEventListener("pointerdown", (event) => {
    if (!event.isTrusted) return;
    event.preventDefault();
    knob.setPointerCapture(event.pointerId);
    from = event.clientX;
  });
  knob.addEventListener("pointermove", (event) => from !== null && place(event.clientX - from));
  knob.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const way = place(event.clientX - from);
    from = null;
    if (event.isTrusted && way >= END * room()) done();
    else place(0);
  });
}

// The newer one: the round thing in a picture to be clicked.
function newer(solved) {
  const text = el("p", { plain: "cap-text", text: "Select the object that is round" });
  const things = picture(340, 170, THINGS, { alt: "Captcha", plain: "cap-picture" });
  things.addEventListener("pointerup", (event) => {
    const edges = things.getBoundingClientRect();
    const right = (event.clientX - edges.left) / edges.width > 0.68;
    if (!event.isTrusted || !right) return;
    text.textContent = "Verification complete";
    solved();
  });
  const button = (id, sign) => el("button", { id, plain: "cap-button", type: "button", "aria-label": id, text: sign });
  const box = el(
    "div",
    { plain: "TUXModal captcha-verify-container", role: "dialog", "aria-modal": "true" },
    el(
      "div",
      { id: "captcha-verify-container-main-page", plain: "cap-flex" },
      el("div", { plain: "cap-headline", text: "Verify to continue:" }),
      text,
      things,
      el("div", { plain: "cap-row" }, button("captcha_refresh_button", "⟳"), button("captcha_close_button", "✕")),
    ),
  );
  // Closing it does not help: it comes back.
  const close = box.querySelector("#captcha_close_button");
  close?.addEventListener("click", () => {
    box.style.display = "none";
    setTimeout(() => (box.style.display = ""), 1000);
  });
  return box;
}
