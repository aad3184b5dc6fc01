"""Captchas: seen by what is visible, and left to a person.

No program solves anything here. A run pauses and asks; where nobody answers, the post is set
aside and the run goes on more slowly, or ends.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tfw.sources.web.browser import Browser
from tfw.sources.web.failures import TooManyCaptchas
from tfw.sources.web.pace import Pace

log = logging.getLogger(__name__)

Generation = Literal["V1", "V2"]
Kind = Literal["slide", "rotate", "same shape", "pick", "unknown"]
CALM_SECONDS = (20.0, 60.0)
TICK_SECONDS = 0.05

# Containers may stand hidden in a page that has no captcha: only what a person can see counts.
FIND = """
const visible = (element) => {
  const box = element.getBoundingClientRect();
  const seen = element.checkVisibility
    ? element.checkVisibility({opacityProperty: true, visibilityProperty: true}) : true;
  return seen && box.width > 20 && box.height > 20 && box.right > 0 && box.bottom > 0
    && box.left < innerWidth && box.top < innerHeight;
};
const V2 = ".captcha-verify-container, #captcha-verify-container-main-page";
const V1 = ".captcha_verify_container, #captcha_container, .captcha_verify_img--wrapper," +
  "#secsdk-captcha-drag-wrapper";
const KINDS = [
  ["rotate", '[data-testid="whirl-inner-img"], [data-testid="whirl-outer-img"]'],
  ["same shape", ".verify-captcha-submit-button"],
  ["slide", "img.captcha_verify_img_slide, #captcha_slide_button, .secsdk-captcha-drag-icon," +
    "#secsdk-captcha-drag-wrapper"],
  ["pick", 'img[alt="Captcha"], #captcha-verify-image'],
];
for (const [generation, containers] of [["V2", V2], ["V1", V1]]) {
  for (const container of document.querySelectorAll(containers)) {
    if (!visible(container)) continue;
    const kind = KINDS.find(([, marks]) => container.matches(marks)
      || container.querySelector(marks));
    const box = container.getBoundingClientRect();
    return [generation, kind ? kind[0] : "unknown", box.left, box.top, box.width, box.height];
  }
}
return null;
"""
# A picture that was refused is asked for again once pictures may load.
ASK_AGAIN = """
for (const picture of document.querySelectorAll("img")) {
  if (picture.complete && !picture.naturalWidth && picture.src) picture.src = picture.src;
}
"""


@dataclass(frozen=True)
class Captcha:
    """A captcha on the screen; ``box`` is left, top, width and height in CSS pixels."""

    generation: Generation
    kind: Kind
    box: tuple[float, float, float, float]


AskPerson = Callable[[Browser, Captcha], bool]
"""Asks a person to solve a captcha: True when it is gone."""


def find_captcha(browser: Browser) -> Captcha | None:
    """The captcha that a person can see in the open page, or None."""
    found = browser.run(FIND)
    if not found:
        return None
    generation, kind, *box = found
    return Captcha(generation, kind, (box[0], box[1], box[2], box[3]))


def ask_nobody(browser: Browser, captcha: Captcha) -> bool:
    """False at once: nobody watches this run."""
    return False


def wait_for_person(
    browser: Browser,
    captcha: Captcha,
    *,
    seconds: float = 600.0,
    poll: float = 1.5,
    step: Callable[[], object] | None = None,
) -> bool:
    """Whether a captcha went away, which it has when two looks in a row do not find it.

    Args:
        browser: the session that shows it; its pictures are let through meanwhile.
        captcha: what was found.
        seconds: how long the person has.
        poll: seconds between two looks.
        step: done again and again in between; its False ends the waiting.
    """
    log.info("A %s captcha (%s) waits for a person.", captcha.generation, captcha.kind)
    browser.show_pictures()
    browser.run(ASK_AGAIN)
    try:
        return _wait_until_gone(browser, time.monotonic() + seconds, poll, step)
    finally:
        browser.show_pictures(False)


def _wait_until_gone(
    browser: Browser, end: float, poll: float, step: Callable[[], object] | None
) -> bool:
    missing = 0
    while missing < 2 and time.monotonic() < end:
        if not _spend(poll, step):
            return False
        missing = 0 if find_captcha(browser) else missing + 1
    return missing == 2


def _spend(seconds: float, step: Callable[[], object] | None) -> bool:
    """Let time pass with steps in between; False when a step wants no more."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if step is not None and step() is False:
            return False
        time.sleep(TICK_SECONDS)
    return True


class CaptchaDesk:
    """Where all sessions of a run bring their captchas, one at a time.

    Args:
        ask: asks the person.
        pace: of the run; it is halved after each captcha.
        most: the captcha at which the run ends.
    """

    def __init__(self, ask: AskPerson, pace: Pace, most: int = 3) -> None:
        self.shown = 0
        self.solved = 0
        self._ask = ask
        self._pace = pace
        self._most = most
        self._lock = threading.Lock()

    def handle(self, browser: Browser, captcha: Captcha) -> bool:
        """Whether the captcha is gone; the page was then loaded again, once.

        All other sessions wait meanwhile. False: set the post aside, and go on.

        Raises:
            TooManyCaptchas: it is one too many; the run has to end.
        """
        with self._lock, self._pace.paused():
            self.shown += 1
            if self.shown >= self._most:
                raise TooManyCaptchas(
                    f"The site showed {self.shown} captchas in this run, so it ends here. Wait "
                    "some hours, then go on more slowly."
                )
            self._pace.slow_down()
            if not self._ask(browser, captcha):
                return False
            self.solved += 1
            if not self._pace.local:
                self._pace.wait(random.uniform(*CALM_SECONDS))
            browser.open(browser.run("return location.href"))
        return True
