"""Where and when it is shown together: the venue."""

from kiosk.attendance import Attendance, attendance
from kiosk.audit import AuditReport, audit
from kiosk.clock import Clocks, MachineClocks
from kiosk.door_rules import Light, Verdict
from kiosk.doors import Door, DoorAnswer
from kiosk.facts import MachineFacts, gather
from kiosk.inbox import Inbox, put_down
from kiosk.ingest import IngestReport, ingest, library_of
from kiosk.ledger import Admission, Answer, Entry, Ledger
from kiosk.ledger_rescue import Rescue
from kiosk.ledger_view import LedgerView
from kiosk.licences import licence_key, take_licence
from kiosk.operator_files import AcceptedFiles, OperatorFiles, operators, trust
from kiosk.playout import Step, step
from kiosk.preflight import Preflight, Trouble, preflight
from kiosk.programme import DoorKey, Gate, Programme, Room, Screening, ShowItem, read_programme, write_programme
from kiosk.show import Alarm, Cue, Mode, Phase, Show, Slide
from kiosk.show_journal import ShowJournal, take_shows
from kiosk.show_state import ShowState, keep_state, kept_state, show_from, state_of
from kiosk.ticket_lists import RevokedTickets, SoldTickets

__all__ = [
    "AcceptedFiles",
    "Admission",
    "Alarm",
    "Answer",
    "Attendance",
    "AuditReport",
    "Clocks",
    "Cue",
    "Door",
    "DoorAnswer",
    "DoorKey",
    "Entry",
    "Gate",
    "Inbox",
    "IngestReport",
    "Ledger",
    "LedgerView",
    "Light",
    "MachineClocks",
    "MachineFacts",
    "Mode",
    "OperatorFiles",
    "Phase",
    "Preflight",
    "Programme",
    "Rescue",
    "RevokedTickets",
    "Room",
    "Screening",
    "Show",
    "ShowItem",
    "ShowJournal",
    "ShowState",
    "Slide",
    "SoldTickets",
    "Step",
    "Trouble",
    "Verdict",
    "attendance",
    "audit",
    "gather",
    "ingest",
    "keep_state",
    "kept_state",
    "library_of",
    "licence_key",
    "operators",
    "preflight",
    "put_down",
    "read_programme",
    "show_from",
    "state_of",
    "step",
    "take_licence",
    "take_shows",
    "trust",
    "write_programme",
]
