"""A bare user of the lab's Research API, who knows nothing of the project's own client."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.faults import Limits, Rules
from tfw.lab.research_clock import Clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVERY = {"not": [{"operation": "EQ", "field_name": "keyword", "field_values": ["~none~"]}]}
CREDENTIALS = {
    "client_key": "lab-key",
    "client_secret": "lab-secret",
    "grant_type": "client_credentials",
}


class Api:
    """Posts to a running lab; ``running`` is the lab itself, ``lab`` what it knows."""

    def __init__(self, running, http):
        self.running, self.lab, self.http = running, running.lab, http

    def take_token(self):
        answer = self.http.post("/v2/oauth/token/", data=CREDENTIALS).json()
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return answer["access_token"]

    def post(self, endpoint, body=None, fields=None, **more):
        params = {"fields": fields} if fields is not None else None
        if "files" not in more and "content" not in more:
            more["json"] = {} if body is None else body
        return self.http.post(f"/v2/research/{endpoint}/", params=params, **more)

    def data(self, endpoint, body=None, fields=None):
        answer = self.post(endpoint, body, fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def error(self, endpoint, body=None, fields=None):
        """Status, code and message of a failure."""
        answer = self.post(endpoint, body, fields)
        problem = answer.json()["error"]
        return answer.status_code, problem["code"], problem["message"]

    def query(self, conditions=EVERY, *, fields="id", start="20260901", end="20260901", **more):
        body = {"query": conditions, "start_date": start, "end_date": end, "max_count": 100}
        return self.post("video/query", body | more, fields)

    def videos(self, conditions=EVERY, **more):
        """The rows of every page."""
        rows, state = [], {}
        while True:
            answer = self.query(conditions, **more, **state)
            assert answer.status_code == 200, answer.text
            data = answer.json()["data"]
            rows += data["videos"]
            if not data["has_more"]:
                return rows
            state = {"cursor": data["cursor"], "search_id": data["search_id"]}

    def ids(self, conditions=EVERY, **more):
        return [row["id"] for row in self.videos(conditions, **more)]

    def fault(self, kind, **options):
        """Put one fault in force."""
        self.running.control(faults=[{"kind": kind, **options}])

    def posts(self, start="20260901", end="20260901"):
        """The posts that are truly shown in a window, newest first."""
        first, last = (datetime.strptime(d, "%Y%m%d").replace(tzinfo=UTC) for d in (start, end))
        shown = self.lab.shelf.shown(first, last + timedelta(days=1))
        return list(reversed(list(shown)))

    def commented_post(self, at_least=5):
        """A shown post with some visible comments."""
        posts = self.posts("20260801", "20261031")
        return next(p for p in posts if p.comments >= at_least and self.lab.every_comment(p.id))

    def open_account(self, accepts=lambda account: True):
        """The first account that the API tells of and that a test can use."""
        world = self.lab.world
        accounts = (world.account(number) for number in range(world.posters))
        return next(a for a in accounts if self.lab.shelf.is_open(a) and accepts(a))


@contextmanager
def serving(world=None, *, rules=None, limits=None, faults=None, clock=None, token=True):
    """An `Api` on a lab of its own, whose clock stands still at NOON."""
    settings = {
        "rules": Rules(**rules) if rules is not None else None,
        "limits": Limits(**limits) if limits is not None else None,
        "faults": faults,
        "clock": clock or Clock(NOON, frozen=True),
    }
    world = world or World(posts=3_000)
    with running_lab(world, **settings) as running, httpx.Client(base_url=running.url) as http:
        api = Api(running, http)
        if token:
            api.take_token()
        yield api


def eq(name, *values, operation="EQ"):
    """A condition."""
    return {"operation": operation, "field_name": name, "field_values": list(values)}


def is_in(name, *values):
    return eq(name, *values, operation="IN")
