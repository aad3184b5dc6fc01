// What comes between a person and the page: pop-ups, banners, tours. Each bars loading while open,
// the cookie banner excepted.

import { bar, el, page, say, unbar } from "./dom.js";

const RETURNS_AFTER_MS = 1000;
const SCREENS_UNTIL_NEXT = 3;

export function startObstacles() {
  const wanted = new Set(page.obstacles);
  const soon = page.modalSeconds * 1000;
  if (wanted.has("login_modal")) setTimeout(() => openLogin({ closed: againWhileScrolling }), soon);
  if (wanted.has("returning_modal")) setTimeout(comeBack, soon);
  if (wanted.has("guest_modal")) setTimeout(() => openLogin({ guestOnly: true }), soon);
  if (wanted.has("unclosable_modal")) setTimeout(stay, soon);
  if (wanted.has("cookie_banner")) openBanner();
  if (wanted.has("guided_tour")) openTour();
  if (wanted.has("app_box")) openBox(say("app"), say("not_now"));
  if (wanted.has("keyboard_box")) openBox(say("keyboard"), say("close"));
}

function againWhileScrolling() {
  let moves = 0;
  const watch = () => {
    moves += 1;
    if (moves < SCREENS_UNTIL_NEXT) return;
    document.removeEventListener("scroll", watch, true);
    openLogin({});
  };
  document.addEventListener("scroll", watch, { capture: true, passive: true });
}

function comeBack() {
  openLogin({ closed: () => setTimeout(comeBack, RETURNS_AFTER_MS) });
}

// One that is taken out of the page by force stands there again a moment later.
function stay() {
  const modal = openLogin({ closable: false });
  setInterval(() => modal.isConnected || document.body.append(modal), 500);
}

function openLogin({ closable = true, guestOnly = false, closed = () => undefined }) {
  const barrier = {};
  const close = () => {
    overlay.remove();
    document.removeEventListener("keydown", escape);
    unbar(barrier);
    closed();
  };
  const escape = (event) => event.key === "Escape" && close();
  const cross = { e2e: "modal-close-inner-button", look: "cross", role: "button", "aria-label": say("close"), on: close };
  const guest = { look: "wide", type: "button", text: say("guest"), on: close };
  const modal = el(
    "div",
    { e2e: "login-modal", id: "login-modal", look: "modal", role: "dialog", "aria-modal": "true" },
    ...(closable && !guestOnly ? [el("div", cross, "✕")] : []),
    el("h2", { text: say("log_in_title") }),
    el("p", { look: "wide", text: say("use_phone") }),
    ...(guestOnly ? [el("button", guest)] : []),
  );
  const overlay = el("div", { kind: "TUXModal-overlay", look: "overlay" }, modal);
  document.body.append(overlay);
  bar(barrier);
  if (closable && !guestOnly) document.addEventListener("keydown", escape);
  return overlay;
}

function openBox(text, button) {
  const barrier = {};
  const close = () => {
    overlay.remove();
    unbar(barrier);
  };
  const cross = { look: "cross", role: "button", "aria-label": say("close"), on: close };
  const overlay = el(
    "div",
    { kind: "TUXModal-overlay", look: "overlay" },
    el(
      "div",
      { kind: "TUXModal", look: "modal", role: "dialog" },
      el("div", cross, "✕"),
      el("h2", { text }),
      el("button", { type: "button", look: "wide", text: button, on: close }),
    ),
  );
  document.body.append(overlay);
  bar(barrier);
}

function openTour() {
  const barrier = {};
  const close = () => {
    tour.remove();
    unbar(barrier);
  };
  const tour = el(
    "div",
    { plain: page.renamed ? "q" : "__floater", look: "tour" },
    el("p", { text: say("tour") }),
    el("button", { type: "button", text: say("got_it"), on: close }),
  );
  document.body.append(tour);
  bar(barrier);
}

const BANNER_STYLE = `
  :host { position: fixed; inset: auto 0 0 0; z-index: 3000; background: #fff; color: #161823;
    box-shadow: 0 -2px 12px rgb(0 0 0 / 25%); padding: 16px 24px; display: flex; gap: 24px;
    align-items: center; justify-content: space-between; font: 15px/1.4 system-ui, sans-serif; }
  button { padding: 10px 16px; border-radius: 4px; border: 1px solid #d0d1d6; background: #fff;
    font: inherit; cursor: pointer; margin-left: 8px; }
  button + button { background: #fe2c55; border-color: #fe2c55; color: #fff; }`;

function openBanner() {
  if (document.cookie.includes("lab_consent=")) return;
  const banner = document.createElement("tiktok-cookie-banner");
  const root = banner.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = BANNER_STYLE;
  const choose = (answer) => () => {
    document.cookie = `lab_consent=${answer}; path=/`;
    banner.remove();
  };
  const buttons = document.createElement("div");
  buttons.className = "button-wrapper";
  buttons.append(
    el("button", { type: "button", text: say("decline"), on: choose("declined") }),
    el("button", { type: "button", text: say("allow"), on: choose("all") }),
  );
  root.append(style, el("span", { text: say("cookies") }), buttons);
  document.body.append(banner);
}
