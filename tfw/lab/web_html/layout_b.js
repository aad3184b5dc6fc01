// Comments below the video, as in 2022 to 2024: the window scrolls, nothing is ever taken away.

import { whenSeen } from "./calls.js";
import { el, page, say, timeText } from "./dom.js";
import { Loader, picture } from "./loader.js";
import { writer } from "./threads.js";

export function classicComments() {
  const list = el("div", { kind: "DivCommentListContainer" });
  const foot = el("div", { look: "foot" });
  const box = el(
    "div",
    { kind: "DivCommentContainer", look: "classic" },
    el("p", { kind: "PCommentTitle", look: "title", text: say("comments_count", page.total) }),
    list,
    foot,
  );
  const loader = new Loader(foot, (threads) => list.append(...threads.map(threadNode)));
  loader.arm = whenSeen(foot, null, () => loader.load());
  return box;
}

function threadNode(thread) {
  const replies = el("div", { kind: "DivReplyContainer", look: "replies" });
  const node = el(
    "div",
    { kind: "DivCommentItemContainer", look: "thread" },
    commentNode(thread.comment, 1),
    replies,
  );
  if (thread.more || thread.replies.length) drawReplies(thread, replies);
  return node;
}

function drawReplies(thread, box) {
  box.replaceChildren(...thread.replies.map((reply) => commentNode(reply, 2)));
  if (!thread.more) return;
  const left = thread.left;
  const more = el("p", {
    e2e: thread.opened ? "view-more-2" : "view-more-1",
    kind: "PReplyAction",
    look: "action",
    text: left === undefined ? say("view_some") : say("view_replies_b", left),
    on: async () => {
      more.remove();
      await thread.open().catch(() => undefined);
      drawReplies(thread, box);
    },
  });
  box.append(more);
}

function commentNode(comment, level) {
  const { handle, name } = writer(comment);
  const address = `/@${handle}`;
  const creator = comment.label_text ? [el("span", { look: "creator", text: say("creator") })] : [];
  return el(
    "div",
    {
      kind: "DivCommentContentContainer",
      look: level === 1 ? "comment" : "comment reply",
      ...(page.ids && { id: comment.cid }),
    },
    el("a", { e2e: `comment-avatar-${level}`, look: "avatar", href: address, text: [...name][0] }),
    el(
      "a",
      { kind: "StyledUserLinkName", look: "name", href: address },
      el("span", { e2e: `comment-username-${level}`, text: name }),
      ...creator,
    ),
    el("p", { e2e: `comment-level-${level}`, look: "text" }, el("span", { text: comment.text }), ...picture(comment)),
    el(
      "p",
      { look: "small" },
      el("span", { e2e: `comment-time-${level}`, text: timeText(comment.create_time) }),
      " ",
      el("span", { e2e: `comment-reply-${level}`, text: say("reply") }),
    ),
    el(
      "div",
      { look: "likes" },
      el("div", { e2e: "comment-like-icon", text: "♡" }),
      el("span", { e2e: "comment-like-count", text: comment.digg_count }),
    ),
  );
}
