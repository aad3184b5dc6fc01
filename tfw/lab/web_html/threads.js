// The comments of a post as the page knows them: threads, more of which come from list calls.

import { ask } from "./calls.js";
import { block, page, whenFree } from "./dom.js";

const FIRST_REPLIES = 3;
const MORE_REPLIES = 20;

export class Comments {
  constructor() {
    this.more = !page.off;
    this.cursor = 0;
    this.seen = new Set();
    this.waiting = page.embedded ? embeddedThreads() : [];
    if (page.embedded === "sigi_page" && this.waiting.length) this.cursor = MORE_REPLIES;
    if (page.embedded === "embedded_comments") this.local = true;
  }

  // The threads that come next; none where there are none, although there may be more later.
  async next() {
    await whenFree();
    if (this.waiting.length) {
      const threads = this.waiting.splice(0, MORE_REPLIES);
      this.more = !this.local || this.waiting.length > 0;
      return threads;
    }
    if (this.local) {
      this.more = false;
      return [];
    }
    const answer = await ask("/api/comment/list/", {
      aweme_id: page.post,
      count: MORE_REPLIES,
      cursor: this.cursor,
      current_region: "",
      enter_from: "tiktok_web",
      fromWeb: 1,
      is_non_personalized: false,
    });
    this.cursor = answer.cursor;
    this.more = Boolean(answer.has_more);
    return this.news(answer.comments ?? []).map((comment) => new Thread(comment));
  }

  news(comments) {
    const news = comments.filter((comment) => !this.seen.has(comment.cid));
    news.forEach((comment) => this.seen.add(comment.cid));
    return news;
  }
}

export class Thread {
  constructor(comment, local = null) {
    this.comment = comment;
    this.local = local;
    this.replies = [...(comment.reply_comment ?? [])];
    this.total = comment.reply_comment_total;
    this.cursor = 0;
    this.opened = false;
    this.more = this.total === undefined || this.total > this.replies.length;
  }

  // Three replies at first, then more of them.
  async open() {
    await whenFree();
    const count = this.opened ? MORE_REPLIES : FIRST_REPLIES;
    if (this.local) {
      this.replies.push(...this.local.splice(0, count));
      this.more = this.local.length > 0;
    } else {
      const answer = await ask("/api/comment/list/reply/", {
        comment_id: this.comment.cid,
        item_id: page.post,
        count,
        cursor: this.cursor,
      });
      const known = new Set(this.replies.map((reply) => reply.cid));
      this.replies.push(...(answer.comments ?? []).filter((reply) => !known.has(reply.cid)));
      this.cursor = answer.cursor;
      this.more = Boolean(answer.has_more);
    }
    this.opened = true;
  }

  get left() {
    return this.total === undefined ? undefined : Math.max(1, this.total - this.replies.length);
  }
}

function embeddedThreads() {
  const comments = Object.values(block("SIGI_STATE").CommentItem);
  const replies = Map.groupBy(comments, (comment) => comment.reply_id);
  const top = replies.get("0") ?? [];
  const all = page.embedded === "embedded_comments";
  return top.map((comment) => new Thread(comment, all ? (replies.get(comment.cid) ?? []) : null));
}

// Who wrote a comment; pages of 2022 and 2023 know a handle alone, some answers a number alone.
export function writer(comment) {
  const user = comment.user;
  if (typeof user === "string") return { handle: user, name: user };
  return { handle: user.unique_id ?? user.uid, name: user.nickname ?? user.uid };
}
