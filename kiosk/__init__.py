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
from kiosk.licences import licence_key, take_licence
from kiosk.operator_files import OperatorFiles, operators, trust
from kiosk.preflight import Preflight, Trouble, preflight
from kiosk.programme import DoorKey, Gate, Programme, Room, Screening, ShowItem, read_programme, write_programme
from kiosk.ticket_lists import RevokedTickets, SoldTickets

__all__ = [
    "Admission",
    "Answer",
    "Attendance",
    "AuditReport",
    "Clocks",
    "Door",
    "DoorAnswer",
    "DoorKey",
    "Entry",
    "Gate",
    "Inbox",
    "IngestReport",
    "Ledger",
    "Light",
    "MachineClocks",
    "MachineFacts",
    "OperatorFiles",
    "Preflight",
    "Programme",
    "Rescue",
    "RevokedTickets",
    "Room",
    "Screening",
    "ShowItem",
    "SoldTickets",
    "Trouble",
    "Verdict",
    "attendance",
    "audit",
    "gather",
    "ingest",
    "library_of",
    "licence_key",
    "operators",
    "preflight",
    "put_down",
    "read_programme",
    "take_licence",
    "trust",
    "write_programme",
]
