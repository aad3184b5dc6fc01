"""Small pages in the layouts of the site, drawn by their own scripts without any request."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LAYOUT_B = """
const draw = (c, level) => `
 <div class="css-0a1-DivCommentContentContainer" ${c.id ? `id="${c.id}"` : ""}>
  <a data-e2e="comment-avatar-${level}" href="/@${c.author}"></a>
  <a href="/@${c.author}">
   <span data-e2e="comment-username-${level}">${c.name || c.author}</span></a>
  <p data-e2e="comment-level-${level}"><span>${c.text}</span></p>
  <p><span data-e2e="comment-time-${level}">${c.time}</span>
     <span data-e2e="comment-reply-${level}">Reply</span></p>
  <div data-e2e="comment-like-icon"></div><span data-e2e="comment-like-count">${c.likes}</span>
 </div>`;
const list = document.createElement("div");
list.className = "css-0a1-DivCommentListContainer";
list.style.minHeight = "300px";
const box = document.createElement("div");
box.className = "css-0a1-DivCommentContainer";
box.append(list);
document.body.append(box);
const drawThread = (thread) => {
  const item = document.createElement("div");
  item.className = "css-0a1-DivCommentItemContainer";
  item.innerHTML = draw(thread, 1) + '<div class="css-0a1-DivReplyContainer"></div>';
  const answers = item.lastElementChild;
  const left = [...(thread.replies || [])];
  const more = () => {
    answers.querySelector("[data-e2e^=view-more]")?.remove();
    for (const reply of left.splice(0, 3)) answers.insertAdjacentHTML("beforeend", draw(reply, 2));
    offer(2);
  };
  const offer = (level) => {
    if (!left.length) return;
    answers.insertAdjacentHTML("beforeend",
      `<p data-e2e="view-more-${level}">View more replies (${left.length})</p>`);
    answers.lastElementChild.onclick = more;
  };
  offer(1);
  list.append(item);
};
let next = 0;
const load = () => { for (const thread of threads.slice(next, next += 20)) drawThread(thread); };
load();
window.onscroll = () => {
  if (innerHeight + scrollY >= document.documentElement.scrollHeight - 200) load();
};
"""
LAYOUT_C = """
const like = (n) => `<div class="css-0-DivLikeContainer" role="button"
  aria-label="Like video ${n} likes"><span>${n}</span></div>`;
const draw = (c, level) => `
 <div class="css-0-DivCommentItemWrapper"><div class="css-0-DivCommentContentWrapper">
  <div class="css-0-DivCommentHeaderWrapper"><div data-e2e="comment-username-${level}">
   <a class="link-a11y-focus" href="/@${c.author}"><p class="TUXText">${c.name || c.author}</p></a>
  </div></div>
  <span data-e2e="comment-level-${level}"><p class="TUXText">${c.text}</p></span>
  <div class="css-0-DivCommentSubContentSplitWrapper">
   <div class="css-0-DivCommentSubContentWrapper"><span>${c.time}</span>
    <span role="button" data-e2e="comment-reply-${level}">Reply</span></div>${like(c.likes)}
  </div></div></div>`;
document.body.insertAdjacentHTML("beforeend", `
 <div class="TUXTabBar css-0-DivVideoListTabBarWrapper">
  <button class="TUXTabBar-item" id="comments"><span class="TUXTabBar-itemTitle">Comments</span>
  </button></div><div id="side"></div>`);
const ROW = 90;
const open = () => {
  document.querySelector("#side").innerHTML = `
   <section class="css-0-SectionCommentSidebarContainer">
    <div class="css-0-DivCommentMain" style="overflow-y:scroll;height:600px;position:relative">
     <div class="css-0-DivCommentListContainer"></div></div></section>`;
  const main = document.querySelector("[class*=DivCommentMain]");
  const list = document.querySelector("[class*=DivCommentListContainer]");
  const shown = threads.map(() => 0);
  const drawThread = (index) => {
    const thread = threads[index];
    const item = document.createElement("div");
    item.className = "css-0-DivCommentObjectWrapper";
    item.style.minHeight = ROW + "px";
    const left = (thread.replies || []).length - shown[index];
    item.innerHTML = draw(thread, 1) + '<div class="css-0-DivReplyContainer">' +
      (thread.replies || []).slice(0, shown[index]).map((r) => draw(r, 2)).join("") +
      '<div class="css-0-DivViewMoreRepliesWrapper">' +
      (left > 0 ? `<div class="css-0-DivViewRepliesContainer more"><span>View ${left} ${
        shown[index] ? "more" : "replies"}</span></div>` : "") +
      (shown[index] ? '<div class="css-0-DivViewRepliesContainer"><span>Hide</span></div>' : "") +
      "</div></div>";
    item.querySelector(".more")?.addEventListener("click", () => {
      shown[index] += 3;
      item.replaceWith(drawThread(index));
    });
    return item;
  };
  let from = -1;
  const render = () => {
    const first = Math.max(0, Math.min(threads.length - 20, Math.floor(main.scrollTop / ROW) - 5));
    if (first === from) return;
    from = first;
    list.innerHTML = `<div style="height:${first * ROW}px"></div>`;
    threads.slice(first, first + 20).forEach((_, at) => list.append(drawThread(first + at)));
    const rest = Math.max(0, threads.length - first - 20);
    list.insertAdjacentHTML("beforeend", `<div style="height:${rest * ROW}px"></div>`);
  };
  main.onscroll = render;
  render();
};
document.querySelector("#comments").onclick = open;
"""
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>A post</title></head><body>
<div id="main-content-video_detail"><h1 data-e2e="browse-video-desc">a post</h1></div>
<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{detail}</script>
<script>const threads = {threads};
{script}</script></body></html>"""


def page(script: str, threads: list[dict[str, Any]], item: Mapping[str, Any] | None = None) -> str:
    """A page that draws comment threads; with an item, also the JSON of a post's page."""
    detail = {"webapp.video-detail": {"itemInfo": {"itemStruct": item or {}}, "statusCode": 0}}
    parts = {"{script}": script, "{threads}": json.dumps(threads)}
    parts["{detail}"] = json.dumps({"__DEFAULT_SCOPE__": detail})
    html = PAGE
    for mark, text in parts.items():
        html = html.replace(mark, text.replace("</", "<\\/") if mark != "{script}" else text)
    return html


@contextmanager
def serving(pages: Mapping[str, str]) -> Iterator[str]:
    """The address of a server on this machine that answers with pages by their paths."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.split("?")[0], "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def threads(count: int, replies_of: int = 7, *, ids: bool = False) -> list[dict[str, Any]]:
    """Threads of which every fifth has replies."""
    return [
        _comment(number, 1, ids)
        | {
            "replies": [
                _comment(1_000 * (number + 1) + place, 2, ids)
                for place in range(replies_of if number % 5 == 0 else 0)
            ]
        }
        for number in range(count)
    ]


def _comment(number: int, level: int, ids: bool) -> dict[str, Any]:
    return {
        "id": str(7_550_567_843_696_000_000 + number) if ids else "",
        "author": f"viewer_{number % 17}",
        "name": f"Viewer {number % 17}",
        "text": f"{'an answer' if level == 2 else 'a remark'} number {number} 👗",
        "time": "2d ago",
        "likes": "1.2K" if number == 0 else str(number % 50),
    }
