"""Metadata mended by hand: what a person wrote into the fields, as changes to a speech's metadata.

Knows the fields that can be mended, not where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.dates import iso_date
from rag.schema import Metadata

FIELDS = ("title", "speaker", "date", "venue", "publisher")
"""The fields that a person can mend, in the order in which they are shown."""


class DateNotUnderstoodError(ValueError):
    """What was written for a date is none."""


def changes(about: Metadata, written: Mapping[str, str]) -> dict[str, str | None]:
    """The fields that differ from what is known; a field left empty is made unknown.

    Args:
        about: what is known.
        written: field to what was written; a date in any form that texts use.

    Raises:
        DateNotUnderstoodError: the date is none.
    """
    given = {field: " ".join(text.split()) or None for field, text in written.items()}
    if date := given.get("date"):
        given["date"] = iso_date(date)
        if given["date"] is None:
            raise DateNotUnderstoodError(f"expected a date such as 2009-10-30, got {date!r}")
    return {field: value for field, value in given.items() if value != getattr(about, field)}
