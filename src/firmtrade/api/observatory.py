"""The observatory as users meet it: a folder of canonical tables, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from firmtrade.api.provenance import MODELS, about_tables, source_of, versions
from firmtrade.api.results import Evidence, Results
from firmtrade.errors import DataError, InputError, Place
from firmtrade.messages import Message
from firmtrade.outputs import Statements
from firmtrade.outputs.manifest import Contents, RoomManifest
from firmtrade.progress import Progress
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import StudyResult, compute
from firmtrade.studies import load_study
from firmtrade.study import Study

if TYPE_CHECKING:
    import polars as pl

    from firmtrade.api.timing import Timing
    from firmtrade.engines import Engine
    from firmtrade.evidence.options import EvidenceOptions


FRAME = (
    "firm_id", "region", "size_class", "division", "technology_class", "mode", "founded", "employment",
    "turnover", "export_value", "import_value",
)  # fmt: skip
"""Columns of the panel that a survey draws its sample by, or sets beside what firms say."""


class PanelData(NamedTuple):
    """What models read: firm-years, relations of trade and support where the data tells, notes, and the fingerprint."""

    frame: pl.DataFrame
    lines: pl.DataFrame | None
    support: pl.DataFrame | None
    notes: list[Message]
    fingerprint: str


def sampling_frame(panel: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The firms of a study's populations in its reference year, with what a survey draws its sample by.

    ``export_share`` are the declared exports in percent of turnover, where both are known.
    """
    firms = panel.filter(panel["year"] == study.reference_year)
    if "in_population" in firms.columns:
        firms = firms.filter(firms["in_population"])
    frame = firms.select(name for name in FRAME if name in firms.columns).sort("firm_id")
    if not {"export_value", "turnover"} <= set(frame.columns):
        return frame
    share = frame["export_value"] / frame["turnover"].set(frame["turnover"] <= 0, None)
    return frame.with_columns(export_share=100 * share)


class Observatory:
    """Canonical tables, ready to be asked.

    Parameters
    ----------
    data
        Folder of canonical tables (from ``firmtrade import`` or ``firmtrade synth``).
    engine
        ``duckdb://`` (in the process), the default; ``local[*]``, ``spark://HOST`` or ``sc://HOST`` for a Spark.
    progress
        Called with the name of each stage.
    timing
        Told where the time of :meth:`run` went.
    stages
        A folder for finished stages: kept tables that took over a second are written to it, and taken
        up by a later call where nothing has changed that they follow from. Those that a call did not need are removed
        when it has ended well. It is confidential, and for one call at a time: hold it by
        :func:`firmtrade.outputs.stages.holding`. On a cluster every worker must reach it.

    Raises
    ------
    UsageError, InputError
        The folder is not there, lacks a required table, or holds a file that cannot be read.
    """

    def __init__(
        self,
        data: str | Path,
        engine: str | None = None,
        *,
        progress: Progress | None = None,
        timing: Timing | None = None,
        stages: str | Path | None = None,
    ) -> None:
        self.folder = CanonicalFolder(data)
        self._engine = engine
        self._progress = progress
        self._timing = timing
        self._stages = None if stages is None else Path(stages)

    def __repr__(self) -> str:
        return f"<observatory of {self.folder.stamp.title!r}, {self.folder.stamp.kind} data>"

    def run(self, study: str | Path | Study) -> Results:
        """Compute all tables and figures of a study.

        Raises
        ------
        StudyError
            The study says something that cannot be.
        DataError
            The data is of another country, currency or revision of activity codes than the study, a year of the study
            is absent from it, a key stands twice, or no declaration is an import or an export.
        InputError
            A file cannot be read, or was changed while it was read.
        """
        from firmtrade.api.timing import Timing
        from firmtrade.observatory.study_data import StudyData

        study = loaded(study)
        timing = self._timing or Timing()
        with timing.whole(), self._at_work() as (engine, fingerprint):
            observed = StudyData(self.folder, study, engine, progress=self._progress)
            self._say("building the panel")
            _ = observed.derived.window
            notes = observed.notes
            self._say("computing tables and figures")
            computed = compute(study, observed)
            tables = {name: asdict(one) for name, one in observed.stored.items()}
            data = fingerprint()
        if computed.broken:
            rules = sorted({identity.rule for identity in computed.broken})
            raise DataError(
                f"{len(computed.broken)} identities do not hold: {'; '.join(rules)}",
                fix="This is a fault of the program: please report it with the study file.",
            )
        computed = _stamped(computed, synthetic=self.folder.stamp.synthetic)
        source = source_of(self.folder.stamp, study, data)
        return Results(study, computed, about_tables(source, computed, notes, tables))

    @contextmanager
    def _at_work(self) -> Iterator[tuple[Engine, Callable[[], str]]]:
        """An engine on the folder, and what gives the fingerprint of the folder, which is worked out beside."""
        from firmtrade.engines import connect
        from firmtrade.engines.stages import Resumed

        with (
            self._held_still() as unchanged,
            ThreadPoolExecutor(1) as beside,
            connect(self._engine) as engine,
        ):
            digests = beside.submit(self.folder.digests).result
            if self._timing:
                engine = self._timing.of(engine)
            resumed = None
            if self._stages is not None:
                resumed = Resumed(engine, self._stages, digests, unchanged)
            yield resumed or engine, lambda: self.folder.fingerprint(digests())
            if resumed is not None and unchanged():
                resumed.forget_others()

    @contextmanager
    def _held_still(self) -> Iterator[Callable[[], bool]]:
        """Whether the files are as they were: numbers and fingerprint speak of the same, and none may go or change.

        Whatever is wrong with a file that has changed meanwhile is wrong because it has.
        """
        before = self.folder.state()

        def unchanged() -> bool:
            return self.folder.state() == before

        changed = InputError(
            "a table was changed while it was read",
            where=Place(file=str(self.folder.path)),
            fix="Wait until whoever writes there has ended, then run again.",
        )
        try:
            yield unchanged
        except Exception:
            if unchanged():
                raise
            raise changed from None
        if not unchanged():
            raise changed

    def panel(self, study: str | Path | Study) -> pl.DataFrame:
        """The panel of a study's firms, one row per firm and year: confidential, for use inside the room."""
        return self.read(loaded(study)).frame

    def evidence(
        self,
        study: str | Path | Study,
        options: EvidenceOptions | None = None,
        *,
        deflator: str | Path | pl.DataFrame | None = None,
    ) -> Evidence:
        """Estimate what the evidence asks of a study's firms, in the blocks of the options.

        Firms that are in a population of the study in no year are left out; all others are followed through every
        year, above the limits of size too, and each block asks for membership where its question does.

        Parameters
        ----------
        options
            The terms; window and reference year are the study's where they are not given.
        deflator
            ``year``, ``index`` and optionally ``division``, as a frame or a CSV file: money at constant prices. By
            default that of the study, if it has one.

        Raises
        ------
        StudyError, DataError
            As :meth:`run`; a block that cannot be computed is a sentence of the results, not an error.
        InputError
            The deflator cannot be read or used.
        """
        from firmtrade.evidence import EvidenceOptions, run_evidence
        from firmtrade.evidence.deflator import prices_of

        study = loaded(study)
        prices = prices_of(deflator, study)  # before the panel is built
        found = self._ever_in_population(study)
        panel = found.frame
        terms = options or EvidenceOptions()
        terms = replace(
            terms,
            window=terms.window or study.head.window,
            reference_year=terms.reference_year or study.reference_year,
            closing_within=study.head.closing_within
            if terms.closing_within is None
            else terms.closing_within,
            step=terms.step or study.head.step,
            sample=study.is_sample if terms.sample is None else terms.sample,
        )
        results = run_evidence(
            panel, terms, deflator=prices, lines=found.lines, support=found.support,
            progress=lambda block: self._say(f"estimating {block}"),
        )  # fmt: skip
        facts = source_of(self.folder.stamp, study, found.fingerprint) | {
            "contents": Contents.EVIDENCE,
            "protection": "none",
            "versions": versions(MODELS),
            "period": _span(panel["year"].to_list()),
            "blocks": list(terms.blocks),
            "verdicts": list(results.verdicts),
            "switched_off": list(results.switched_off),
            "notes": found.notes,
            "stays_inside": sorted(results.inside),
        }
        return Evidence(study, results, RoomManifest.model_validate(facts))

    def scores(
        self, study: str | Path | Study, options: EvidenceOptions | None = None
    ) -> pl.DataFrame | None:
        """How likely each firm that has not exported so far is to export within two years: confidential.

        One row per firm of the study's populations at risk in the last year of the data: ``firm_id``, ``year``, the
        classes that are known (``size_class``, ``division``, ``region``, ``technology_class``), ``probability`` and
        ``band`` (``top tenth``, ``next two tenths``, ``other seven tenths``). It is for use inside the room: what may
        leave are means by group, which the block ``targeting`` of the evidence gives with the quality of the
        forecasts. None where too few firms start to learn from, or scikit-learn is not installed.

        Raises
        ------
        StudyError, DataError
            As :meth:`run`.
        """
        from firmtrade.evidence import EvidenceOptions, prepare, targeting
        from firmtrade.evidence.deflator import prices_of

        study = loaded(study)
        prices = prices_of(None, study)
        found = self._ever_in_population(study)
        panel = prepare(found.frame, prices, step=study.head.step, sample=study.is_sample)
        return targeting(panel, options or EvidenceOptions()).scores

    def impact(
        self,
        preregistration: str | Path,
        *,
        plan: bool = False,
        registered: str | Path | None = None,
        deflator: str | Path | pl.DataFrame | None = None,
    ) -> Evidence:
        """Evaluate support as a pre-registration says.

        Parameters
        ----------
        preregistration
            Path of the TOML file; the study that it names is bundled, or a path from where it is.
        plan
            Only what can be said before the outcomes of supported firms are read.
        registered
            The room of a plan: this pre-registration must be the one that it was made of, to the byte.
        deflator
            As in :meth:`evidence`.

        Raises
        ------
        UsageError
            A file or room is not there, or the pre-registration is not the one of the plan.
        StudyError, DataError, InputError
            As :meth:`evidence`.
        """
        from firmtrade.api.registration import Registration
        from firmtrade.evidence.deflator import prices_of
        from firmtrade.evidence.impact import impact
        from firmtrade.evidence.panel import prepare
        from firmtrade.evidence.run import EvidenceResults

        registration = Registration.read(preregistration, registered, plan=plan)
        study = registration.study
        prices = prices_of(deflator, study)
        found = self._ever_in_population(study)
        panel = prepare(
            found.frame, prices, closing_within=study.head.closing_within, lines=found.lines,
            support=found.support, step=study.head.step, sample=study.is_sample,
        )  # fmt: skip
        self._say("evaluating support")
        results = EvidenceResults((impact(panel, registration.design, plan=plan),))
        facts = source_of(self.folder.stamp, study, found.fingerprint) | {
            "contents": Contents.IMPACT,
            "protection": "none",
            "versions": versions(MODELS),
            "period": _span(found.frame["year"].to_list()),
            "blocks": [block.block for block in results.blocks],
            "verdicts": list(results.verdicts),
            "switched_off": list(results.switched_off),
            "notes": [registration.note, *found.notes],
            "stays_inside": sorted(results.inside),
            "preregistration": registration.facts,
        }
        about = RoomManifest.model_validate(facts)
        return Evidence(study, results, about, registration.files)

    def register(self, study: str | Path | Study) -> pl.DataFrame:
        """The firms of a study's populations in its reference year, with what a survey draws its sample by.

        ``export_share`` are the declared exports in percent of turnover, where both are known.
        """
        study = loaded(study)
        return sampling_frame(self.read(study).frame, study)

    def _ever_in_population(self, study: Study) -> PanelData:
        """Every year of the firms that are in a population of the study in one."""
        import polars as pl

        found = self.read(study, every_year=True)
        if "in_population" not in found.frame.columns:
            return found
        return found._replace(frame=found.frame.filter(pl.col("in_population").any().over("firm_id")))

    def read(self, study: Study, *, every_year: bool = False) -> PanelData:
        """What models read of a study's firms; ``every_year`` of the data, or those that the study asks for.

        Raises
        ------
        DataError
            As :meth:`run`.
        """
        from firmtrade.observatory.export import lines_frame, panel_frame
        from firmtrade.observatory.study_data import StudyData
        from firmtrade.observatory.support import support_frame

        with self._at_work() as (engine, fingerprint):
            observed = StudyData(
                self.folder, study, engine, progress=self._progress, models=True, every_year=every_year
            )
            return PanelData(
                panel_frame(observed),
                lines_frame(observed),
                support_frame(observed),
                observed.notes,
                fingerprint(),
            )

    def _say(self, stage: str) -> None:
        if self._progress:
            self._progress(stage)


def loaded(study: str | Path | Study) -> Study:
    """A study by name or path, or as it is."""
    return study if isinstance(study, Study) else load_study(study)


def _span(years: Sequence[int]) -> str:
    """``1996-2003``, or one year alone.

    >>> _span([1998, 1996, 1997])
    '1996-1998'
    """
    first, last = min(years), max(years)
    return f"{first}-{last}" if first < last else f"{first}"


def _stamped(computed: StudyResult, *, synthetic: bool) -> StudyResult:
    """The result with cells that carry the stamp of the data."""
    return replace(computed, cells=Statements(computed.cells).stamped(synthetic=synthetic).cells)
