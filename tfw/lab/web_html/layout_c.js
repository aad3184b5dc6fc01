// Comments in a panel beside the video, as from 2024 on: about twenty threads are in the page.

import { whenSeen } from "./calls.js";
import { el, page, say, timeText } from "./dom.js";
import { Loader, picture } from "./loader.js";
import { writer } from "./threads.js";

const IN_PAGE = 20;
const AHEAD = 7;
const GUESSED_HEIGHT = 92;
const SKELETON_MS = 120;

export function panelComments() {
  const list = el("div", { kind: "DivCommentListContainer" });
  const foot = el("div", { look: "foot" });
  const scroller = el("div", { kind: "DivCommentMain", look: "scroller" }, list, foot);
  const rows = new VirtualRows(scroller, list);
  const loader = new Loader(foot, (threads) => rows.add(threads));
  loader.arm = whenSeen(foot, scroller, () => loader.load());
  return el(
    "section",
    { kind: "SectionCommentSidebarContainer", look: "panel" },
    el("div", { kind: "DivCommentHeader", look: "title", text: say("comments_header", page.total) }),
    scroller,
    el("div", { look: "bottom", text: say("log_in_to_comment") }),
  );
}

// Keeps the rows near what is in view in the page, and room for the others.
class VirtualRows {
  constructor(scroller, list) {
    this.scroller = scroller;
    this.above = el("div", { look: "room" });
    this.below = el("div", { look: "room" });
    this.rows = [];
    this.heights = [];
    this.start = 0;
    this.shown = [];
    this.list = list;
    list.append(this.above, this.below);
    scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(list);
  }

  add(threads) {
    for (const thread of threads) {
      this.rows.push({ thread, node: null });
      this.heights.push(GUESSED_HEIGHT);
    }
    this.draw();
  }

  draw() {
    let top = 0;
    let first = 0;
    while (first < this.rows.length && top + this.heights[first] < this.scroller.scrollTop) {
      top += this.heights[first++];
    }
    const start = Math.max(0, Math.min(first - AHEAD, this.rows.length - IN_PAGE));
    const shown = this.rows.slice(start, start + IN_PAGE);
    if (shown.length === this.shown.length && shown.every((row, i) => row === this.shown[i])) return;
    // While rows are out of the page it is shorter, and the browser would move to its end.
    const place = this.scroller.scrollTop;
    const leaving = new Set(this.shown);
    shown.forEach((row) => leaving.delete(row));
    leaving.forEach((row) => row.node.remove());
    for (const row of shown) {
      row.node ??= threadNode(row.thread);
      this.list.insertBefore(row.node, this.below);
    }
    this.start = start;
    this.shown = shown;
    this.measure();
    this.scroller.scrollTop = place;
  }

  measure() {
    this.shown.forEach((row, i) => {
      this.heights[this.start + i] = row.node.offsetHeight || GUESSED_HEIGHT;
    });
    const sum = (heights) => heights.reduce((total, height) => total + height, 0);
    this.above.style.height = `${sum(this.heights.slice(0, this.start))}px`;
    this.below.style.height = `${sum(this.heights.slice(this.start + this.shown.length))}px`;
  }
}

function threadNode(thread) {
  const node = el("div", { kind: "DivCommentObjectWrapper", look: "thread" });
  const draw = () => {
    const replies = el("div", { kind: "DivReplyContainer", look: "replies" });
    node.replaceChildren(commentNode(thread.comment, 1), replies);
    if (thread.more || thread.replies.length) drawReplies(thread, replies);
  };
  if (!page.skeletons) {
    draw();
    return node;
  }
  node.append(el("div", { kind: "DivVirtualItemSkeleton", look: "skeleton" }));
  setTimeout(draw, SKELETON_MS);
  return node;
}

function drawReplies(thread, box) {
  const shown = thread.hidden ? [] : thread.replies;
  box.replaceChildren(...shown.map((reply) => commentNode(reply, 2)));
  const again = () => drawReplies(thread, box);
  const actions = el("div", { kind: "DivViewMoreRepliesWrapper", look: "actions" });
  if (thread.hidden || thread.more) actions.append(viewMore(thread, again));
  if (thread.opened && !thread.hidden) actions.append(hide(thread, again));
  if (actions.childNodes.length) box.append(actions);
}

function viewMore(thread, again) {
  const view = el(
    "div",
    {
      kind: "DivViewRepliesContainer",
      look: "action",
      on: async () => {
        if (thread.hidden) {
          thread.hidden = false;
        } else {
          view.remove();
          await thread.open().catch(() => undefined);
        }
        again();
      },
    },
    el("span", { text: moreText(thread) }),
  );
  return view;
}

function moreText(thread) {
  const count = thread.hidden ? thread.replies.length : thread.left;
  if (thread.opened && !thread.hidden) {
    return count === undefined ? say("view_rest") : say("view_more", count);
  }
  if (count === undefined) return say("view_some");
  return count === 1 ? say("view_reply") : say("view_replies", count);
}

function hide(thread, again) {
  const on = () => {
    thread.hidden = true;
    again();
  };
  return el("div", { kind: "DivHideRepliesContainer", look: "action", on }, el("span", { text: say("hide") }));
}

function commentNode(comment, level) {
  const { handle, name } = writer(comment);
  const address = `/@${handle}`;
  const creator = comment.label_text ? [el("span", { look: "creator", text: say("creator") })] : [];
  const likes = {
    kind: "DivLikeContainer",
    look: "likes",
    role: "button",
    "aria-pressed": "false",
    "aria-label": `Like video ${comment.digg_count} likes`,
  };
  return el(
    "div",
    { kind: "DivCommentItemWrapper", look: level === 1 ? "comment" : "comment reply" },
    el("a", { look: "avatar", href: address, tabindex: "-1", text: [...name][0] }),
    el(
      "div",
      { kind: "DivCommentContentWrapper", look: "content" },
      el(
        "div",
        { kind: "DivCommentHeaderWrapper" },
        el(
          "div",
          { e2e: `comment-username-${level}`, look: "name" },
          el("a", { kind: "link-a11y-focus", href: address }, el("p", { kind: "TUXText", text: name })),
          ...creator,
        ),
      ),
      el(
        "span",
        { e2e: `comment-level-${level}`, look: "text" },
        el("p", { kind: "TUXText", text: comment.text }),
        ...picture(comment),
      ),
      el(
        "div",
        { kind: "DivCommentSubContentSplitWrapper", look: "small" },
        el(
          "div",
          { kind: "DivCommentSubContentWrapper" },
          el("span", { text: timeText(comment.create_time) }),
          " ",
          el("span", { role: "button", e2e: `comment-reply-${level}`, text: say("reply") }),
        ),
        el("div", likes, "♡ ", el("span", { text: comment.digg_count })),
      ),
    ),
  );
}
