"""Finished stages of a run as a command keeps them: beside its room, or where it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def stages_of(out: Path, stages: Path | None, engine: str | None, *, fresh: bool) -> Iterator[Path | None]:
    """The folder of a run's finished stages, held against others; None on a cluster whose workers may not reach it."""
    from firmtrade.cli import screen
    from firmtrade.engines.spark.address import is_cluster
    from firmtrade.outputs.stages import beside, holding

    if stages is None and engine is not None and is_cluster(engine):
        yield None
        return
    folder, ours = stages or beside(out), False
    try:
        with holding(folder, fresh=fresh, lasting=stages is not None) as held:
            ours = True
            yield held
    finally:
        if ours and stages is None and folder.exists():
            screen.say(
                f"Finished stages are kept in {folder} for the next run to {out}. They are confidential: "
                "remove them if there will be none."
            )
