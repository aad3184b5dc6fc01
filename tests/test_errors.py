import subprocess
import sys

CELL = """
from tfw.errors import InputError
def work():
    raise InputError("the column 'text' is missing; there are: id, body")
work()
"""


def test_in_a_notebook_an_error_is_its_message_without_a_traceback():
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", CELL],
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = ran.stdout + ran.stderr
    assert "InputError" in said
    assert "the column 'text' is missing; there are: id, body" in said
    assert "Traceback" not in said
    assert "work()" not in said
