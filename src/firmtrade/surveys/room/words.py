"""Words of a survey's report, as messages."""

from __future__ import annotations

from firmtrade.messages import Message, Slot, message


def section(key: str) -> Message:
    """Title of a section."""
    return message(f"survey.sections.{key}")


def table(key: str, **slots: Slot) -> Message:
    """Title of a table."""
    return message(f"survey.tables.{key}", **slots)


def columns(*keys: str) -> tuple[Message, ...]:
    """Heads of columns."""
    return tuple(message(f"survey.columns.{key}") for key in keys)


def note(key: str, **slots: Slot) -> Message:
    """A note below a table."""
    return message(f"survey.notes.{key}", **slots)


def paragraph(key: str, **slots: Slot) -> Message:
    """A paragraph; its numbers are references to statements."""
    return message(f"survey.paragraphs.{key}", **slots)


def words(key: str, **slots: Slot) -> Message:
    """A short sentence or name."""
    return message(f"survey.words.{key}", **slots)


def word(part: str, key: str) -> Slot:
    """A verdict, a strength or a step of the field; nothing for an empty key."""
    return message(f"survey.{part}.{key}") if key else ""
