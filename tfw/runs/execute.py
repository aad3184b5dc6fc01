"""One notebook, executed through papermill, with an honest account of how it ended.

The kernel is the Python that runs this program, whatever kernels are registered for the user.
It gets an environment and a working folder of its own; those of this process are not touched.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import papermill
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from pydantic import JsonValue

from tfw.runs.notebooks import runs
from tfw.runs.record import CellError, Status
from tfw.runs.scrub import Scrubber
from tfw.runs.stop import Stop, kill_kernel
from tfw.runs.watcher import Watcher, plain_text

logger = logging.getLogger(__name__)
# What papermill and nbclient tell below this level, the runner tells better.
kernel_logger = logger.getChild("kernel")
for chatty in (kernel_logger, logging.getLogger("papermill")):
    chatty.setLevel(logging.WARNING)

ENGINE = "tfw"
KERNEL = "python3"
KERNEL_START_SECONDS = 120
# How long the last output of a cell may take to arrive; nbclient's 4 s fail on a busy machine.
OUTPUT_SECONDS = 60


@dataclass(frozen=True)
class Job:
    """One notebook to execute: with what, where, and what to tell meanwhile."""

    label: str
    notebook: NotebookNode
    parameters: Mapping[str, JsonValue]
    output: Path
    environment: Mapping[str, str]
    working_folder: Path
    scrubber: Scrubber = field(default_factory=Scrubber)
    on_cell: Callable[[int], None] = lambda executed: None


@dataclass(frozen=True)
class Outcome:
    """How an execution ended: ``executed`` cells of ``total``, ``saves`` of the notebook."""

    status: Status
    executed: int
    total: int
    saves: int
    reason: str | None = None
    error: CellError | None = None


def execute(job: Job, stop: Stop) -> Outcome:
    """How a notebook ended; it is saved, with its outputs, whatever happened.

    Nothing that goes wrong in the notebook or its kernel raises.
    """
    watcher = Watcher(job.label, job.output, stop, job.scrubber, job.on_cell)
    kernel = _new_kernel()
    problem: Exception | None = None
    with stop.guarding(kernel), watcher.heartbeat():
        try:
            with suppress(PapermillExecutionError):  # the watcher has seen the cell's error
                _through_papermill(job, watcher, kernel)
        except Exception as error:  # whatever ends a kernel ends this step, not the run
            problem = error
            kill_kernel(kernel)
        finally:
            watcher.save()
    return _outcome(watcher, stop, problem, kernel)


def _new_kernel() -> KernelManager:
    return AsyncKernelManager(
        kernel_name=KERNEL,
        # No kernel folders: the only kernel left is ipykernel's own, for this interpreter.
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        # Other users of a lab server could read the traffic on the loopback ports.
        transport_encryption="auto",
    )


def _through_papermill(job: Job, watcher: Watcher, kernel: KernelManager) -> None:
    notebook = load_notebook_node(job.notebook)
    if job.parameters:
        notebook = parameterize_notebook(
            notebook, dict(job.parameters), kernel_name=KERNEL, language="python"
        )
    papermill.execute_notebook(
        notebook,
        None,  # the watcher saves: seldom, at once, and without secrets
        engine_name=ENGINE,
        kernel_name=KERNEL,
        progress_bar=False,
        request_save_on_cell_execute=False,
        watcher=watcher,
        kernel=kernel,
        job=job,
    )


class _Manager(NotebookExecutionManager):  # type: ignore[misc]
    """Papermill's bookkeeping in the notebook, without its untruths."""

    def __init__(self, notebook: NotebookNode, watcher: Watcher) -> None:
        super().__init__(notebook, progress_bar=False)
        self.watcher = watcher

    def save(self, **kwargs: object) -> None:
        self.watcher.save_if_due()

    def autosave_cell(self) -> None:
        self.watcher.save_if_due()

    def cell_complete(
        self, cell: NotebookNode, cell_index: int | None = None, **kwargs: object
    ) -> None:
        """Mark a cell as completed only when the kernel has answered so."""
        super().cell_complete(cell=cell, cell_index=cell_index, **kwargs)
        if runs(cell) and self.watcher.executed < self.watcher.current:
            cell.metadata.papermill["status"] = self.FAILED

    def notebook_complete(self, **kwargs: object) -> None:
        """Leave the cells that never ran as they are."""
        self.end_time = self.now()
        self.nb.metadata.papermill["end_time"] = self.end_time.isoformat()
        seconds = (self.end_time - self.start_time).total_seconds()
        self.nb.metadata.papermill["duration"] = seconds


class _Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine with a watcher, and with a kernel of our choice."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        *,
        watcher: Watcher,
        kernel: KernelManager,
        job: Job,
        **kwargs: object,
    ) -> NotebookNode:
        nb.metadata.papermill.update(input_path=job.label, output_path=job.output.name)
        watcher.begin(nb)
        manager = _Manager(nb, watcher)
        manager.notebook_start()
        try:
            _client(manager, watcher, kernel).execute(
                cleanup_kc=True, env=dict(job.environment), cwd=str(job.working_folder)
            )
        finally:
            manager.notebook_complete()
        return manager.nb


papermill_engines.register(ENGINE, _Engine)


def _client(manager: _Manager, watcher: Watcher, kernel: KernelManager) -> PapermillNotebookClient:
    return PapermillNotebookClient(
        manager,
        km=kernel,
        kernel_name=KERNEL,
        log=kernel_logger,
        timeout=None,
        startup_timeout=KERNEL_START_SECONDS,
        iopub_timeout=OUTPUT_SECONDS,
        # The kernel calls the interrupt that comes before its shutdown an error.
        extra_arguments=["--log-level=CRITICAL"],
        on_cell_start=watcher.before_cell,
        on_cell_executed=watcher.after_cell,
    )


def _outcome(
    watcher: Watcher, stop: Stop, problem: Exception | None, kernel: KernelManager
) -> Outcome:
    def ended(status: Status, reason: str | None = None) -> Outcome:
        error = watcher.error if status is Status.FAILED else None
        return Outcome(status, watcher.executed, watcher.total, watcher.saves, reason, error)

    if problem is None and watcher.executed == watcher.total and not watcher.exited:
        return ended(Status.COMPLETE)
    if stop.signal:
        return ended(Status.INTERRUPTED, f"interrupted by {stop.signal} {watcher.place}")
    return ended(Status.FAILED, _reason(watcher, problem, kernel))


def _reason(watcher: Watcher, problem: Exception | None, kernel: KernelManager) -> str:
    if watcher.exited:
        return f"stopped by {watcher.exited} {watcher.place}; remove it, or raise an error instead"
    if isinstance(problem, DeadKernelError):
        return f"the kernel died {watcher.place}{_how_it_died(kernel)}"
    if watcher.error:
        first = (watcher.error.message.splitlines() or [""])[0][:300]
        return f"{watcher.error.name}: {first} ({watcher.place})"
    if problem is not None:
        return f"{type(problem).__name__}: {plain_text(str(problem))[:300]} ({watcher.place})"
    return f"only {watcher.executed} of {watcher.total} cells were executed"


def _how_it_died(kernel: KernelManager) -> str:
    process = getattr(kernel.provisioner, "process", None)
    code = process.poll() if process else None
    if code == -signal.SIGKILL:
        return ": killed from outside (out of memory?)"
    if code is not None and code < 0:
        return f": signal {signal.Signals(-code).name} (a crash in compiled code, out of memory?)"
    return f": its process ended with status {code}"
