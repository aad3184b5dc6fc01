// The page of a post.

import { startCaptcha } from "./captcha.js";
import { abbreviated, block, el, page, say } from "./dom.js";
import { icon, scene, siteHeader } from "./furniture.js";
import { classicComments } from "./layout_b.js";
import { panelComments } from "./layout_c.js";
import { startObstacles } from "./obstacles.js";

function postItem() {
  const sigi = document.getElementById("SIGI_STATE");
  if (sigi) return Object.values(block("SIGI_STATE").ItemModule)[0];
  const scope = block("__UNIVERSAL_DATA_FOR_REHYDRATION__").__DEFAULT_SCOPE__;
  return scope["webapp.video-detail"].itemInfo.itemStruct;
}

const item = postItem();
const handle = item.author.uniqueId ?? item.author;
const stats = item.stats ?? { diggCount: 0, commentCount: 0, shareCount: 0, collectCount: 0 };

function rail(openComments) {
  const entry = (name, letter, count, value, on) =>
    el(
      "button",
      { type: "button", look: "rail-button", "aria-label": name, ...(on && { on }) },
      el("span", { e2e: name, look: "icon" }, icon(name, letter)),
      el("strong", { e2e: count, text: abbreviated(value) }),
    );
  return el(
    "div",
    { look: "rail" },
    entry("like-icon", "♥", "like-count", stats.diggCount),
    entry("comment-icon", "", "comment-count", page.total, openComments),
    entry("undefined-icon", "", "undefined-count", stats.collectCount),
    entry("share-icon", "➦", "share-count", stats.shareCount),
  );
}

function video(openComments) {
  return el(
    "div",
    { look: "stage" },
    el("div", { e2e: "browse-video", look: "video" }, scene(item), ...(page.age ? [ageGate()] : [])),
    rail(openComments),
  );
}

function ageGate() {
  return el("div", { look: "age" }, el("p", { text: say("age") }));
}

function about() {
  return el(
    "div",
    { look: "about" },
    el("a", { e2e: "browse-username", look: "name", href: `/@${handle}`, text: handle }),
    el("span", { e2e: "browser-nickname", text: item.author.nickname ?? item.nickname }),
    el("h1", { e2e: "browse-video-desc", text: item.desc }),
    el("p", { e2e: "browse-music", look: "small", text: item.music ? `♫ ${item.music.title}` : "" }),
  );
}

function classicPage() {
  const comments = page.age ? [] : [classicComments()];
  return el("main", { look: "classic-page" }, video(), about(), ...comments);
}

// The side panel; with tabs the comments come when theirs is chosen, else at the speech bubble.
function panelPage() {
  const side = el("div", { kind: "DivCommentSidebarTransitionWrapper", look: "side" });
  let open = false;
  const show = () => {
    if (open || page.age) return;
    open = true;
    side.replaceChildren(panelComments());
  };
  const tab = (key, attributes) =>
    el(
      "button",
      { kind: "TUXTabBar-item", type: "button", ...attributes },
      el("span", { kind: "TUXTabBar-itemTitle", text: say(key) }),
    );
  const others = tab("may_like", { look: "chosen" });
  const choose = (event) => {
    delete others.dataset.look;
    event.currentTarget.dataset.look = "chosen";
    show();
  };
  const kind = "TUXTabBar DivVideoListTabBarWrapper";
  const bar = el("div", { kind, look: "tabs" }, tab("comments", { id: "comments", on: choose }), others);
  const tabs = page.tab ? [bar] : [];
  if (page.tab) side.append(el("p", { look: "empty", text: say("may_like") }));
  return el(
    "main",
    { look: "panel-page" },
    el("div", { look: "left" }, video(page.tab ? undefined : show), about()),
    el("div", { look: "right" }, ...tabs, side),
  );
}

const app = document.getElementById("app");
app.append(siteHeader(), el("div", { id: "main-content-video_detail" }, page.layout === "c" ? panelPage() : classicPage()));
startObstacles();
startCaptcha();
