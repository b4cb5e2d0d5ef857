"""How far curation looks, and where it stops, as `curation/limits.toml` says."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.errors import CartscapeError


class Limits(BaseModel):
    """The values of `curation/limits.toml`, which says what each means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    context_characters: int = Field(ge=1)
    sentence_characters: int = Field(ge=1)
    most_places: int = Field(ge=1)
    remembered_characters: int = Field(ge=0)
    remembered_texts: int = Field(ge=1)
    many_other_treatments: int = Field(ge=1)
    most_joined_antigens: int = Field(ge=1)
    longest_gap_between_antigens: int = Field(ge=0)
    longest_list_joiner: int = Field(ge=0)
    longest_gap_to_disease: int = Field(ge=0)
    longest_gap_between_domains: int = Field(ge=0)
    most_confidence_with_candidate: float = Field(ge=0, le=1)
    most_confidence_in_conflict: float = Field(ge=0, le=1)


def read_limits(path: Path) -> Limits:
    """Read and check the limits; CartscapeError names the file, the key and the cure."""
    try:
        return Limits.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CartscapeError(f"{path}: can't be read ({error}); restore it from the repository") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CartscapeError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}; correct it there") from error
