"""Which fault happens at which call: seeded draws, counts and bursts."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tfw.lab.dice import Dice
from tfw.lab.faults import Fault, FaultPlan
from tfw.lab.research_calls import Call
from tfw.lab.things import second_of


@dataclass
class _Tally:
    """How often a fault could have happened and did, and at which tries of which pages."""

    met: int = 0
    fired: int = 0
    burst_left: int = 0
    tries: Counter[str] = field(default_factory=Counter)


class FaultEngine:
    """The plan in force, replaced at run time, with what happened so far."""

    def __init__(self, plan: FaultPlan) -> None:
        self.plan: FaultPlan
        self._asked: Counter[str] = Counter()
        self._put(plan)

    def replace(self, plan: FaultPlan) -> None:
        """Put another plan in force; new faults begin to count at zero."""
        if (plan.faults, plan.seed) == (self.plan.faults, self.plan.seed):
            self.plan = plan
        else:
            self._put(plan)

    def begin(self, call: Call) -> None:
        """Note one more try of a page; each try draws anew."""
        self._asked[_key(call)] += 1

    def fires(self, kind: str, call: Call) -> Fault | None:
        """The fault of this kind that happens at this call, or None."""
        return self.first((kind,), call)

    def first(self, kinds: Collection[str], call: Call) -> Fault | None:
        """The first fault in the plan's order, of one of the kinds, that happens at this call."""
        numbers = sorted(n for kind in kinds for n in self._of_kind.get(kind, ()))
        return next((self.plan.faults[n] for n in numbers if self._happens(n, call)), None)

    def hits(self, kind: str, thing_id: str, endpoint: str) -> bool:
        """Whether a fault of rows meets the post or comment with this id, always the same."""
        return any(self._hit(n, thing_id, endpoint) for n in self._of_kind.get(kind, ()))

    def counts(self) -> list[dict[str, object]]:
        """Every fault of the plan, with how often it could have happened and did."""
        return [
            fault.model_dump(mode="json", exclude_unset=True) | {"met": t.met, "fired": t.fired}
            for fault, t in zip(self.plan.faults, self._tallies, strict=True)
        ]

    def _put(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._tallies = [_Tally() for _ in plan.faults]
        self._of_kind: dict[str, list[int]] = {}
        for number, fault in enumerate(plan.faults):
            self._of_kind.setdefault(fault.kind, []).append(number)

    def _hit(self, number: int, thing_id: str, endpoint: str) -> bool:
        fault, tally = self.plan.faults[number], self._tallies[number]
        day = datetime.fromtimestamp(second_of(thing_id), UTC).date()
        if not fault.meets(endpoint, (day, day)):
            return False
        tally.met += 1
        hit = thing_id in fault.ids if fault.ids else self._chance(number, thing_id)
        tally.fired += hit
        return hit

    def _happens(self, number: int, call: Call) -> bool:
        fault, tally = self.plan.faults[number], self._tallies[number]
        if not fault.meets(call.endpoint.path, call.window):
            return False
        tally.met += 1
        if tally.met <= fault.after:
            return False
        happens = self._at_page(number, call) if fault.each == "page" else self._at(number, call)
        tally.fired += happens
        return happens

    def _at_page(self, number: int, call: Call) -> bool:
        """Whether the page was drawn, and this is one of its first tries."""
        fault, tally, key = self.plan.faults[number], self._tallies[number], _key(call)
        if not self._chance(number, key):
            return False
        tally.tries[key] += 1
        return tally.tries[key] <= (fault.times or 1)

    def _at(self, number: int, call: Call) -> bool:
        """Whether this call was drawn, or follows one that began a burst."""
        fault, tally, key = self.plan.faults[number], self._tallies[number], _key(call)
        if fault.times is not None and tally.fired >= fault.times:
            return False
        if tally.burst_left:
            tally.burst_left -= 1
            return True
        drawn = self._chance(number, key, self._asked[key])
        tally.burst_left = fault.burst - 1 if drawn else 0
        return drawn

    def _chance(self, number: int, *key: object) -> bool:
        probability = self.plan.faults[number].probability
        return probability == 1 or Dice(self.plan.seed, "fault", number, *key).chance(probability)


def _key(call: Call) -> str:
    return f"{call.endpoint.path} {call.page}"
