// Looks for what lies over the page and closes it; returns [names found, names closed].
const CAPTCHA = ".captcha-verify-container, #captcha-verify-container-main-page, " +
  ".captcha_verify_container, #captcha_container";
const LOGIN = '[data-e2e="login-modal"], #login-modal, #loginContainer';
const LOGIN_MARKS = '[data-e2e*="login"], [href^="/login"], [id*="login" i], [class*="Login"]';
const CLOSERS = [
  '[data-e2e="modal-close-inner-button"]',
  '[class*="DivCloseWrapper"]',
  '[aria-label="Close"]',
  '[data-e2e="login-modal-close-button"]',
  '[data-e2e="close-login-modal"]',
  '[data-e2e*="guest"]',
  '[class*="GuestMode"], [class*="ContinueAsGuest"]',
  'button[class*="Close" i]',
];
const found = [];
const closed = [];

const visible = (element) => {
  if (!element || !element.isConnected) return false;
  const box = element.getBoundingClientRect();
  const shown = element.checkVisibility
    ? element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    : getComputedStyle(element).visibility !== "hidden";
  return shown && box.width > 1 && box.height > 1;
};
const ofCaptcha = (element) => element.closest(CAPTCHA) || element.querySelector(CAPTCHA);
const all = (selector, root = document) =>
  [...root.querySelectorAll(selector)].filter((element) => visible(element) && !ofCaptcha(element));
const note = (name, element) => {
  if (!found.includes(name)) found.push(name);
  if (!visible(element) && !closed.includes(name)) closed.push(name);
};
const escape = (element) => {
  for (const kind of ["keydown", "keyup"]) {
    element.dispatchEvent(
      new KeyboardEvent(kind, { key: "Escape", code: "Escape", keyCode: 27, bubbles: true })
    );
  }
};
// Words are the last resort: the languages that a session is most likely to have.
const GUEST = /continue (as guest|without log)|als gast|ohne anmeld|sin iniciar|como invitado|khách/i;
// In other languages a cross is known by its place: small, wordless, in the upper corners.
const cross = (element) => {
  const frame = (all('[role="dialog"], [class*="Modal"]', element)[0] || element)
    .getBoundingClientRect();
  return all('button, [role="button"]', element).find((button) => {
    const box = button.getBoundingClientRect();
    const inCorner = box.top - frame.top < 80
      && Math.min(box.left - frame.left, frame.right - box.right) < 80;
    return inCorner && box.width < 80 && button.textContent.trim().length <= 1;
  });
};
const close = (element) => {
  for (const selector of CLOSERS) {
    for (const button of all(selector, element)) {
      button.click();
      if (!visible(element)) return;
    }
  }
  const guest = all('button, a, [role="button"]', element)
    .find((button) => GUEST.test(button.textContent));
  if (guest) guest.click();
  if (visible(element)) escape(element);
  if (visible(element)) cross(element)?.click();
};
// An element that fades away is on its way out: a second look, a step later, sees it gone.
const outermost = (element) => element.closest('.TUXModal-overlay, [role="dialog"]') || element;

const banner = document.querySelector("tiktok-cookie-banner");
if (visible(banner) || (banner && banner.shadowRoot)) {
  const root = banner.shadowRoot || banner;
  const decline = root.querySelector("div.button-wrapper > button");
  if (visible(decline)) {
    decline.click();
    note("cookies", visible(decline) ? decline : null);
  }
}
for (const button of all('[data-e2e="cookie-banner-close"]')) {
  button.click();
  note("cookies", button);
}

for (const tour of all(".__floater")) {
  const buttons = all("button", tour);
  if (buttons.length) buttons[buttons.length - 1].click();
  if (visible(tour)) tour.remove();
  note("tour", tour);
}

const logins = new Set(all(LOGIN).map(outermost));
for (const overlay of all(".TUXModal-overlay, .TUXModal")) {
  if (overlay.querySelector(LOGIN) || all(LOGIN_MARKS, overlay).length) {
    logins.add(outermost(overlay));
  }
}
for (const modal of logins) {
  if (visible(modal)) close(modal);
  note("login", modal);
}
for (const box of all('.TUXModal, [class*="DivKeyboardShortcut"], [class*="DivGetApp"]')) {
  if (!logins.has(outermost(box))) {
    const before = outermost(box);
    close(before);
    note("box", before);
  }
}

const PRESSED = Symbol.for("tfw.refreshed");
const panel = all('[class*="DivErrorContainer"], [class*="DivErrorWrapper"], [data-e2e*="refresh"]')
  .find((element) => element.matches("button") || all("button", element).length);
if (panel) {
  const button = panel.matches("button") ? panel : all("button", panel)[0];
  found.push("refresh");
  if (!document[PRESSED]) {
    document[PRESSED] = true;
    button.click();
    closed.push("refresh");
  }
}
return [found, closed];
