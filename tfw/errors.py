"""Every error the workbench raises on purpose, in one tree.

TfwError
├── InputError            something the user gave is wrong; the message says what would be valid
│   ├── SettingsError     an environment variable, a params file or a thresholds file
│   │   └── CredentialsError   those of the Research API (sources/research/credentials.py)
│   ├── ParameterError    a notebook parameter: unknown name or wrong type
│   ├── FileFormatError   a file whose kind, columns or content cannot be read
│   ├── QueryError        a query for the Research API: a field, an operation, a value, a date
│   └── ModelError        a model that cannot be found, or is not the one it should be
├── StoreError            the database refuses, or cannot be reached
├── RunError              a run of notebooks did not finish
├── ResearchError         the Research API (sources/research/failures.py has its tree)
└── BusyError             somebody else is doing this work right now

`tfw` on the command line prints the message alone, and exits with 2 for an InputError
and with 1 for the others.
"""


class TfwError(Exception):
    """The workbench cannot do what was asked; the message says what to do.

    In a notebook the message stands alone, without the lines of code that led to it.
    """

    exit_status = 1

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [f"\x1b[31m{type(self).__name__}\x1b[0m: {self}"]


class InputError(TfwError):
    """Something the user gave is wrong."""

    exit_status = 2


class SettingsError(InputError):
    """An environment variable, a params file or a thresholds file is wrong."""


class ParameterError(InputError):
    """A notebook parameter has an unknown name or a value of the wrong type."""


class FileFormatError(InputError):
    """A file is of an unknown kind, empty, truncated, or lacks a column."""


class QueryError(InputError):
    """A query for the Research API has something wrong in it."""


class ModelError(InputError):
    """A model cannot be found, or is not the one it should be."""


class StoreError(TfwError):
    """The database refuses, or cannot be reached."""


class RunError(TfwError):
    """A run of notebooks did not finish."""


class BusyError(TfwError):
    """Somebody else is doing this work right now."""
