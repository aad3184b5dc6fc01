"""A visitor of the lab's web site without a browser."""

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.research_clock import Clock
from tfw.sources.web_pages import blocks_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORLD = World(posts=160, busy=20)
LAB_PAGE = re.compile(r'<script id="lab-page" type="application/json">(.*?)</script>', re.DOTALL)


class Visitor:
    """One browser session: keeps its cookies."""

    def __init__(self, running, http):
        self.running, self.http = running, http
        self.world = running.site.world

    def modes(self, *modes, **posts):
        """Put modes in force for all pages."""
        self.running.control(web={"modes": list(modes), **posts})

    def page(self, path, **parameters):
        return self.http.get(path, params=parameters)

    def post_page(self, post, **parameters):
        return self.page(f"/@{post.account.handle}/video/{post.id}", **parameters)

    def block(self, post, **parameters):
        """The JSON block of a post's page."""
        (block,) = blocks_of(self.post_page(post, **parameters).text)
        return block

    def detail(self, post, **parameters):
        scope = self.block(post, **parameters)["__DEFAULT_SCOPE__"]
        return scope.get("webapp.video-detail")

    def ask(self, path, **parameters):
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def comments(self, post, **more):
        """Every comment of a post by list calls, replies after their comment."""
        found = []
        for page in self.pages("/api/comment/list/", aweme_id=post.id, count=20, **more):
            for comment in page["comments"] or []:
                found.append(comment)
                if comment.get("reply_comment_total", 1):
                    found += self.replies(post, comment["cid"], **more)
        return found

    def replies(self, post, comment_id, **more):
        asked = {"item_id": post.id, "comment_id": comment_id, **more}
        pages = self.pages("/api/comment/list/reply/", **asked)
        return [reply for page in pages for reply in page["comments"] or []]

    def pages(self, path, **parameters):
        cursor = 0
        while True:
            page = self.ask(path, cursor=cursor, **parameters)
            yield page
            if not page["has_more"]:
                return
            cursor = page["cursor"]

    @property
    def state(self):
        return self.http.get("/__control").json()["web"]


@contextmanager
def visiting(world=WORLD):
    with (
        running_lab(world, clock=Clock(NOON, frozen=True)) as running,
        httpx.Client(base_url=running.url) as http,
    ):
        yield Visitor(running, http)


def lab_page(answer):
    """What the scripts of a page are told."""
    return json.loads(LAB_PAGE.search(answer.text)[1])


def shown_post(world, *, least=60, most=400, accepts=lambda post: True):
    """The first post that strangers see with so many comments."""
    posts = (p for p in world if p.public and not p.comments_off and accepts(p))
    return next(p for p in posts if least <= p.comments <= most)
