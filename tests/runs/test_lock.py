"""One run at a time for a params file."""

import os

import pytest

from tests.runs.conftest import Project
from tfw.errors import BusyError
from tfw.runs.lock import lock_params


def test_the_holder_is_named_to_others_and_another_file_is_free(project: Project):
    settings = project.settings
    one, other = project.home / "params" / "a.yaml", project.home / "params" / "b.yaml"
    with lock_params(one, settings) as lock, lock_params(other, settings):
        with pytest.raises(BusyError, match=r"^a\.yaml is running already\.$"):
            lock_params(one, settings).__enter__()
        lock.name_run("20261121T210405-a")
        with pytest.raises(BusyError, match=f"run 20261121T210405-a, process {os.getpid()}"):
            lock_params(one, settings).__enter__()
    with lock_params(one, settings), pytest.raises(BusyError, match=r"running already\.$"):
        lock_params(one, settings).__enter__()
