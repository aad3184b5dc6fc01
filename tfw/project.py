"""What a project says about itself, in params/project.yaml: until when its data may be kept."""

from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from tfw.settings import Settings
from tfw.yamlfile import read_model

FILE_NAME = "project.yaml"
# So long before the day one is reminded of it.
REMINDER = timedelta(days=30)


class Project(BaseModel):
    """The statements of a project; a file that is not there says nothing.

    ``retention_date`` is the last day on which the collected data may be kept. Nothing is deleted
    by itself; the start page reminds of it and the methods of a report name it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_date: date | None = None

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """What the project's file says.

        Raises:
            SettingsError: the file cannot be read, or a key or value of it is wrong.
        """
        path = settings.params / FILE_NAME
        return read_model(cls, path) if path.exists() else cls()

    def days_left(self, today: date) -> int | None:
        """Days until the retention date, negative after it; None where there is none."""
        return None if self.retention_date is None else (self.retention_date - today).days

    def is_due(self, today: date) -> bool:
        """Whether it is time to think of deleting."""
        left = self.days_left(today)
        return left is not None and left <= REMINDER.days
