// Lazy loading of comments: a sentinel at the end of the list asks for more.

import { el, page, say } from "./dom.js";
import { Comments } from "./threads.js";

export class Loader {
  // `foot` is the element at the end of the list, `show` draws new threads. Whoever makes the
  // loader gives it `arm`, which looks again whether the sentinel is in view.
  constructor(foot, show) {
    this.comments = new Comments();
    this.foot = foot;
    this.show = show;
    this.busy = this.failed = false;
    this.pages = 0;
    this.shown = 0;
    if (page.off) this.empty(say("off"));
  }

  async load() {
    if (this.busy || this.failed || !this.comments.more) return;
    this.busy = true;
    const waiting = el("div", { kind: "TUXSkeletonRectangle", look: "waiting", text: "···" });
    this.foot.append(waiting);
    try {
      const threads = await this.comments.next();
      this.show(threads);
      this.shown += threads.length;
      this.pages += 1;
      if (!this.comments.more && !this.shown) this.empty(say("start"), say("first"));
    } catch {
      this.fail();
    }
    waiting.remove();
    this.busy = false;
    if (!this.failed && !this.sticks()) this.arm();
  }

  // In the mode for it the sentinel stays dead after a page until it was out of view.
  sticks() {
    return page.stuck && this.pages > 0;
  }

  empty(...lines) {
    const kind = "DivEmptyStateContainer";
    this.foot.append(el("div", { kind, look: "empty" }, ...lines.map((text) => el("p", { text }))));
  }

  fail() {
    this.failed = true;
    const again = () => {
      panel.remove();
      this.failed = false;
      this.load();
    };
    const panel = el(
      "div",
      { kind: "DivErrorContainer", look: "wrong" },
      el("p", { text: say("wrong"), look: "title" }),
      el("p", { text: say("wrong_hint") }),
      el("button", { type: "button", text: say("refresh"), on: again }),
    );
    this.foot.append(panel);
  }
}

const SQUARE =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><rect width="48" height="48" fill="#fecdd3"/><circle cx="24" cy="24" r="12" fill="#e11d48"/></svg>',
  );

// The picture of a comment that has no text.
export function picture(comment) {
  if (!comment.image_list) return [];
  return [el("img", { e2e: "comment-thumbnail", src: SQUARE, width: 48, height: 48, alt: "" })];
}
