"""How the stand-in behaves where it is well: limits of calls, shares, times."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of a fault file: unknown keys are refused, values stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Part):
    """Calls a UTC day in each bucket, and calls a second (0: as many as come)."""

    normal: int = Field(default=1_000, ge=0)
    follows: int = Field(default=20_000, ge=0)
    per_second: float = Field(default=0, ge=0)


class Rules(Part):
    """How the stand-in behaves where it is well; shares are from 0 to 1.

    ``gone_share`` are posts that a search finds and a page leaves out, as deleted or private;
    ``canada_share`` are accounts registered in Canada, which are hidden everywhere.
    """

    gone_share: Share = 0.35
    canada_share: Share = 0.02
    embargo_hours: float = Field(default=48, ge=0)
    search_id_seconds: float = Field(default=3_600, ge=0)
    token_seconds: int = Field(default=7_200, ge=1)
    token_failure_status: int | None = Field(default=None, ge=200, le=499)
    inline_replies: int = Field(default=1, ge=0)
    most_comments: int = Field(default=1_000, ge=1)
    most_follows: int = Field(default=5_000, ge=1)
    public_likes_share: Share = 0.1
    public_lists_share: Share = 0.85
    compliance_polls: int = Field(default=1, ge=0)
