"""Where and when it is shown together: the venue."""

from kiosk.audit import AuditReport, audit
from kiosk.clock import Clocks, MachineClocks
from kiosk.ledger import Admission, Answer, Entry, Ledger
from kiosk.ledger_rescue import Rescue

__all__ = [
    "Admission",
    "Answer",
    "AuditReport",
    "Clocks",
    "Entry",
    "Ledger",
    "MachineClocks",
    "Rescue",
    "audit",
]
