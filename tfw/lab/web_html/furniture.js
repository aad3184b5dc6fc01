// What stands around the content: the head of the page, and a drawing in place of a video.

import { el, say } from "./dom.js";

export function siteHeader() {
  const link = (href, key) => el("a", { href, text: say(key) });
  return el(
    "header",
    { look: "site" },
    el("a", { href: "/foryou", look: "logo", text: "♪ stand-in" }),
    el("nav", {}, link("/foryou", "for_you"), link("/explore", "explore"), link("/browse", "browse")),
    el("button", { id: "header-login-button", e2e: "top-login-button", type: "button", text: say("log_in") }),
  );
}

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

const BUBBLE = "M4 5 H20 V16 H11 L7 20 V16 H4 Z";
const BOOKMARK = "M7 4 H17 V20 L12 16 L7 20 Z";
const ICONS = { "comment-icon": BUBBLE, "undefined-icon": BOOKMARK };

// The sign of a button beside the video.
export function icon(name, letter) {
  if (!ICONS[name]) return letter;
  const drawing = shape("svg", { viewBox: "0 0 24 24", width: 24, height: 24 });
  drawing.append(shape("path", { d: ICONS[name], fill: "#161823" }));
  return drawing;
}

const DRESS = "M36 38 L41 35 L45 42 L49 35 L54 38 L52 60 L66 118 L24 118 L38 60 Z";
const HILLS = "M0 130 L22 92 L38 112 L58 76 L90 130 V160 H0 Z";

// A dress, or hills where the post stands in another category; the colours follow from its id.
export function scene(item) {
  const hue = Number(String(item.id).slice(-6)) % 360;
  const drawing = shape("svg", { viewBox: "0 0 90 160", preserveAspectRatio: "xMidYMid slice" });
  const fill = `hsl(${(hue + 150) % 360} 70% 66%)`;
  drawing.append(
    shape("rect", { width: 90, height: 160, fill: `hsl(${hue} 45% 22%)` }),
    shape("circle", { cx: 45, cy: 62, r: 40, fill: `hsl(${hue} 55% 34%)` }),
    shape("path", { d: (item.CategoryType ?? 109) === 109 ? DRESS : HILLS, fill }),
  );
  return drawing;
}
