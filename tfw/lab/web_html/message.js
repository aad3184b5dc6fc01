// A page that says why it shows nothing.

import { el, page, say } from "./dom.js";
import { siteHeader } from "./furniture.js";

const text = page.text ? [el("h1", { text: page.text })] : [el("p", { look: "waiting", text: "···" })];
if (page.text === say("later")) text.push(el("p", { text: say("later_hint") }));
document.getElementById("app").append(siteHeader(), el("main", { look: "message" }, ...text));
