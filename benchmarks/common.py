"""What the benchmarks share: invented captions, a clock, the memory of a child process."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path

from tfw.lab.content import World


def captions(count: int, seed: int = 11) -> list[str]:
    """Captions of an invented world, hashtags included, about 40 % about fashion."""
    world = World(seed=seed, posts=count)
    return [world.post(number).description for number in range(count)]


def seconds(work: Callable[[], object]) -> float:
    """The time that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(
    name: str, ours: float, naive: float, count: int, unit: str, naive_count: int = 0
) -> None:
    """Print both speeds and their ratio; the naive way may have done fewer pieces."""
    fast, slow = count / ours, (naive_count or count) / naive
    print(f"{name}: {fast:,.0f} {unit}/s against {slow:,.0f} {unit}/s, {fast / slow:.1f} times")


def peak_megabytes(work: Callable[..., object], *arguments: object) -> float:
    """The largest memory of a fresh process that does the work."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (work, arguments))


def _measured(work: Callable[..., object], arguments: tuple[object, ...]) -> float:
    work(*arguments)
    return _peak_kilobytes() / 1024


def _peak_kilobytes() -> int:
    """Of this process alone: what getrusage says includes the parent it was started from."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
