"""Where and when it is shown together: the venue. What needs Qt loads when it is first asked for."""

from typing import TYPE_CHECKING

from core.lazy import lazily
from kiosk import supervision
from kiosk.attendance import Attendance, attendance
from kiosk.audit import AuditReport, audit
from kiosk.clock import Clocks, MachineClocks
from kiosk.day_report import DayReport, day_report, today
from kiosk.door_rules import Light, Verdict
from kiosk.doors import Company, Door, DoorAnswer
from kiosk.enrolment import Membership, belongs, device_key, join, membership
from kiosk.facts import MachineFacts, gather, licence_facts
from kiosk.house import Hook, House, read_hooks
from kiosk.inbox import Inbox, put_down
from kiosk.ingest import IngestReport, ingest, library_of
from kiosk.ingest_network import ingest_from_network, is_address
from kiosk.lan import LanLeader, LeadingDoor, keys_of
from kiosk.ledger import Answer, Entry, Ledger
from kiosk.ledger_reader import LedgerReader
from kiosk.ledger_rescue import Rescue
from kiosk.ledger_tables import Admission
from kiosk.ledger_view import LedgerView
from kiosk.licence_colours import Colour, Standing, standings
from kiosk.licences import licence_key, take_licence
from kiosk.operator_files import AcceptedFiles, OperatorFiles, operators, trust
from kiosk.pins import PinAnswer, Role, StaffPins, has_pin
from kiosk.playout import Step, step
from kiosk.preflight import preflight
from kiosk.preflight_report import LicenceLine, PreflightReport, ReportLine, keep_report, kept_report, report_of
from kiosk.preflight_schedule import Flown, Reason, due, fingerprint_of
from kiosk.pretix_lists import FromPretix, tickets_from_pretix
from kiosk.programme import DoorKey, Gate, Price, Programme, Room, Screening, ShowItem, read_programme, write_programme
from kiosk.receipt_printer import Printer, ReceiptPrinter
from kiosk.selling import Seller, SoldHere, devices_of, sale_keys_of, seller_of, trusted_device
from kiosk.show import Alarm, Mode, Phase, Show, Slide, Turn
from kiosk.show_items import ShowItems
from kiosk.show_journal import ShowJournal, take_shows
from kiosk.show_state import ShowState, keep_state, kept_state, show_from, state_of
from kiosk.show_writer import ShowWriter
from kiosk.sync import Line, Sync, SyncReport, pause_s
from kiosk.takings import double_admissions, takings
from kiosk.ticket_lists import PretixTickets, RevokedTickets, SoldTickets, write_list
from kiosk.troubles import Finding, Preflight, Trouble
from kiosk.venue_facts import Facts
from kiosk.venue_hours import is_busy, power_off_at, screens_on
from kiosk.venue_settings import VenueSettings, read_settings, write_settings

if TYPE_CHECKING:
    from kiosk.running import Running, RunningParts
    from kiosk.stage import Stage

__all__ = [
    "AcceptedFiles",
    "Admission",
    "Alarm",
    "Answer",
    "Attendance",
    "AuditReport",
    "Clocks",
    "Colour",
    "Company",
    "DayReport",
    "Door",
    "DoorAnswer",
    "DoorKey",
    "Entry",
    "Facts",
    "Finding",
    "Flown",
    "FromPretix",
    "Gate",
    "Hook",
    "House",
    "Inbox",
    "IngestReport",
    "LanLeader",
    "LeadingDoor",
    "Ledger",
    "LedgerReader",
    "LedgerView",
    "LicenceLine",
    "Light",
    "Line",
    "MachineClocks",
    "MachineFacts",
    "Membership",
    "Mode",
    "OperatorFiles",
    "Phase",
    "PinAnswer",
    "Preflight",
    "PreflightReport",
    "PretixTickets",
    "Price",
    "Printer",
    "Programme",
    "Reason",
    "ReceiptPrinter",
    "ReportLine",
    "Rescue",
    "RevokedTickets",
    "Role",
    "Room",
    "Running",
    "RunningParts",
    "Screening",
    "Seller",
    "Show",
    "ShowItem",
    "ShowItems",
    "ShowJournal",
    "ShowState",
    "ShowWriter",
    "Slide",
    "SoldHere",
    "SoldTickets",
    "StaffPins",
    "Stage",
    "Standing",
    "Step",
    "Sync",
    "SyncReport",
    "Trouble",
    "Turn",
    "VenueSettings",
    "Verdict",
    "attendance",
    "audit",
    "belongs",
    "day_report",
    "device_key",
    "devices_of",
    "double_admissions",
    "due",
    "fingerprint_of",
    "gather",
    "has_pin",
    "ingest",
    "ingest_from_network",
    "is_address",
    "is_busy",
    "join",
    "keep_report",
    "keep_state",
    "kept_report",
    "kept_state",
    "keys_of",
    "library_of",
    "licence_facts",
    "licence_key",
    "membership",
    "operators",
    "pause_s",
    "power_off_at",
    "preflight",
    "put_down",
    "read_hooks",
    "read_programme",
    "read_settings",
    "report_of",
    "sale_keys_of",
    "screens_on",
    "seller_of",
    "show_from",
    "standings",
    "state_of",
    "step",
    "supervision",
    "take_licence",
    "take_shows",
    "takings",
    "tickets_from_pretix",
    "today",
    "trust",
    "trusted_device",
    "write_list",
    "write_programme",
    "write_settings",
]

__getattr__ = lazily(__name__, {"Running": "running", "RunningParts": "running", "Stage": "stage"})
