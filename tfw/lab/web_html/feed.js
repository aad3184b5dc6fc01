// The pages with a list of posts: For You, Explore, a hashtag, an account, the browse list.

import { ask, whenSeen } from "./calls.js";
import { startCaptcha } from "./captcha.js";
import { abbreviated, block, el, page, say, whenFree } from "./dom.js";
import { scene, siteHeader } from "./furniture.js";
import { startObstacles } from "./obstacles.js";

const COUNT = 16;
// The marks that the site puts on its lists: the list, one entry, its text.
const MARKS = {
  for_you: ["recommend-list", "recommend-list-item-container", "video-desc"],
  explore: ["explore-item-list", "explore-item", "explore-card-desc"],
  challenge: ["challenge-item-list", "challenge-item", "challenge-item-desc"],
  user: ["user-post-item-list", "user-post-item", "user-post-item-desc"],
  browse: ["browse-item-list", "browse-item", "video-desc"],
};
const [LIST, ENTRY, TEXT] = MARKS[page.list];

const list = el("div", { e2e: LIST, look: page.list === "for_you" ? "column" : "grid" });
const foot = el("div", { look: "foot" });
let cursor = page.cursor;
let more = page.more;
let busy = false;

function card(item) {
  const handle = item.author?.uniqueId ?? item.authorUniqueId;
  const kind = item.imagePost ? "photo" : "video";
  const plays = item.stats?.playCount ?? item.playCount ?? 0;
  return el(
    page.list === "for_you" ? "article" : "div",
    { e2e: ENTRY, look: "card" },
    el("a", { href: `/@${handle}/${kind}/${item.id}`, look: "cover" }, scene(item)),
    el("a", { href: `/@${handle}`, e2e: "video-author-uniqueid", look: "name", text: handle }),
    el("p", { e2e: TEXT, look: "text", text: item.desc }),
    el("strong", { e2e: "video-views", text: `▷ ${abbreviated(plays)}` }),
  );
}

function show(items) {
  list.append(...items.map(card));
}

async function load() {
  if (busy || !more) return;
  busy = true;
  await whenFree();
  try {
    const answer = await ask(page.path, { ...page.asks, count: COUNT, cursor });
    const found = answer.videoList ?? answer;
    show(found.items ?? found.itemList ?? []);
    cursor = found.cursor;
    more = Boolean(found.hasMore);
    arm();
  } catch {
    fail();
  }
  busy = false;
}

function fail() {
  const again = () => {
    panel.remove();
    load();
  };
  const panel = el(
    "div",
    { kind: "DivErrorContainer", look: "wrong" },
    el("p", { text: say("wrong"), look: "title" }),
    el("p", { text: say("wrong_hint") }),
    el("button", { type: "button", text: say("refresh"), on: again }),
  );
  foot.append(panel);
}

function categories() {
  const button = ([number, name]) =>
    el("button", {
      type: "button",
      text: name,
      ...(number === page.asks.categoryType && { look: "chosen" }),
      on: () => choose(number),
    });
  return el("div", { id: "category-list-container", look: "tabs" }, ...page.categories.map(button));
}

function choose(number) {
  page.asks.categoryType = number;
  cursor = "0";
  more = true;
  list.replaceChildren();
  document.querySelector("[data-look=tabs]").replaceWith(categories());
  load();
}

const main = el("main", { look: "feed", id: page.list === "explore" ? "main-content-explore_page" : `main-content-${page.list}` });
if (page.name) main.append(el("h1", { e2e: "list-title", text: page.list === "user" ? `@${page.name}` : `#${page.name}` }));
if (page.categories) main.append(categories());
main.append(list, foot);
document.getElementById("app").append(siteHeader(), main);
show(block("__UNIVERSAL_DATA_FOR_REHYDRATION__").__DEFAULT_SCOPE__["webapp.updated-items"]);
const arm = whenSeen(foot, null, load);
startObstacles();
startCaptcha();
