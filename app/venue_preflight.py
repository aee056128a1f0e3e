"""Runs a venue's preflight, keeps what it found, and shows it."""

from pathlib import Path

from app.heartbeat import beating
from app.paths import Paths
from app.settings import FilePreferences
from core import Cancel, CinemaError, Code, Progress
from kiosk import (
    AcceptedFiles,
    Ledger,
    LedgerReader,
    MachineClocks,
    PreflightReport,
    fingerprint_of,
    gather,
    keep_report,
    kept_report,
    preflight,
    report_of,
    standings,
)


def check_venue(
    venue: Path, copies: Path | None, progress: Progress, cancel: Cancel, *, hashing: bool, decoding: bool
) -> PreflightReport:
    """Run the programme ahead, and keep the report. The ledger is only read, so that a door may open meanwhile.

    Raises `CinemaError`: file-missing where there is no venue or programme yet; programme-refused; cancelled.
    """
    try:
        return _check(venue, copies, progress, cancel, hashing=hashing, decoding=decoding)
    except CinemaError as error:
        if error.code is not Code.LEDGER_DAMAGED:
            raise
    # Nobody can read it: opened once, it is made anew.
    Ledger.open(venue, copies=copies).close()
    return _check(venue, copies, progress, cancel, hashing=hashing, decoding=decoding)


def _check(
    venue: Path, copies: Path | None, progress: Progress, cancel: Cancel, *, hashing: bool, decoding: bool
) -> PreflightReport:
    from app.venue_door import programme_of
    from app.venue_machine import machine_facts

    ledger, fingerprint = LedgerReader(venue, copies=copies), fingerprint_of(venue)
    programme = programme_of(AcceptedFiles(venue, ledger.accepted))
    facts = gather(venue, ledger, programme, machine_facts(venue), progress, cancel, hashing=hashing, decoding=decoding)
    report = report_of(
        preflight(programme, facts),
        programme,
        facts.now,
        MachineClocks().read().boot,
        fingerprint,
        hashed=hashing,
        decoded=decoding,
        licences=standings(facts.licences, facts.now),
    )
    keep_report(venue, report)
    return report


def run_board(paths: Paths, venue: Path, copies: Path | None, *, full: bool, verbose: bool) -> int:
    """Open the window of the last preflight; returns when it is closed."""
    from contextlib import closing

    from PySide6.QtCore import QSize

    from app import logs
    from app.venue_door import guarded
    from app.viewer import make_application, need_a_screen, quitting_on_signals
    from ui.jobs import QtJobRunner
    from ui.kiosk import BoardServices, BoardViewModel
    from ui.window import BOARD, Interface

    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    application = make_application(hears_links=False)
    language = FilePreferences(paths.preferences).current.language or "en"
    interface = Interface(lambda _path: b"", paths.cache, BOARD)
    interface.language.apply(language)

    def check(progress: Progress, cancel: Cancel) -> PreflightReport:
        return check_venue(venue, copies, progress, cancel, hashing=True, decoding=False)

    with closing(QtJobRunner()) as jobs, closing(interface):
        model = BoardViewModel(BoardServices(lambda: kept_report(venue), check, jobs, language))
        interface.open_with({"board": model, "startSize": QSize(1280, 720), "startFull": full})
        application.lastWindowClosed.connect(application.quit)
        try:
            with guarded(interface, venue), beating(), quitting_on_signals():
                return application.exec()
        finally:
            model.close()
