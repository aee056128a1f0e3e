"""The words of a day's report; verdicts are called as a door's window calls them."""

from kiosk import Verdict
from ui.catalogue_words import CatalogueWords

VERDICTS = {
    Verdict.USED: "Used already",
    Verdict.FULL: "Full",
    Verdict.REVOKED: "Refunded",
    Verdict.KEY_RETIRED: "Replaced",
    Verdict.OTHER_EVENT: "Another festival",
    Verdict.NOT_LISTED: "Not in this programme",
    Verdict.OTHER_ROOM: "Another room",
    Verdict.OTHER_GATE: "Another door",
    Verdict.TOO_EARLY: "Too early",
    Verdict.TOO_LATE: "Too late",
    Verdict.CLOCK: "What time is it?",
    Verdict.ALONE: "Ask the other doors",
    Verdict.TAKEN_BACK: "Taken back",
    Verdict.CANNOT_RECORD: "Cannot record",
    Verdict.DAMAGED: "Cannot be read",
    Verdict.NEWER: "Cannot be read",
    Verdict.FORGED: "Not genuine",
    Verdict.KEY_UNKNOWN: "Not genuine",
    Verdict.EMPTY: "Not our ticket",
    Verdict.NOT_OURS: "Not our ticket",
}


class DayWords(CatalogueWords):
    """Words in one language; English where the interface does not have it."""

    def verdict(self, verdict: str) -> str:
        """Why somebody was refused."""
        return self.pgettext("DoorWords", VERDICTS.get(Verdict(verdict), verdict))

    def method(self, method: str) -> str:
        """How the till was paid."""
        return {"cash": self.pgettext("DayReport", "Cash"), "card": self.pgettext("DayReport", "Card")}.get(
            method, method
        )

    def outcome(self, outcome: str) -> str:
        """How a show ended."""
        words = {
            "done": self.pgettext("DayReport", "Shown to its end"),
            "cancelled": self.pgettext("DayReport", "Cancelled"),
        }
        return words.get(outcome, self.pgettext("DayReport", "Not ended"))

    @property
    def title(self) -> str:
        """Of the page."""
        return self.pgettext("DayReport", "Report of the day")

    @property
    def admissions(self) -> tuple[str, ...]:
        """The heading of who came, and its columns."""
        return (
            self.pgettext("DayReport", "Admissions"),
            self.pgettext("DayReport", "Screening"),
            self.pgettext("DayReport", "Begins"),
            self.pgettext("DayReport", "Came in"),
            self.pgettext("DayReport", "Places"),
            self.pgettext("DayReport", "Sold at the door"),
            self.pgettext("DayReport", "By staff"),
            self.pgettext("DayReport", "Refused"),
        )

    @property
    def no_screening(self) -> str:
        """For refusals of what was no ticket."""
        return self.pgettext("DayReport", "No screening")

    @property
    def total(self) -> str:
        """Below a table."""
        return self.pgettext("DayReport", "Together")

    @property
    def takings(self) -> tuple[str, ...]:
        """The heading of what was taken, and its columns."""
        return (
            self.pgettext("DayReport", "Taken at the doors"),
            self.pgettext("DayReport", "Paid"),
            self.pgettext("DayReport", "Places"),
            self.pgettext("DayReport", "Amount"),
        )

    @property
    def refusals(self) -> tuple[str, ...]:
        """The heading of why people were refused, and its columns."""
        return (
            self.pgettext("DayReport", "Refusals"),
            self.pgettext("DayReport", "Reason"),
            self.pgettext("DayReport", "How often"),
        )

    @property
    def shows(self) -> tuple[str, ...]:
        """The heading of what was shown, and its columns."""
        return (
            self.pgettext("DayReport", "Shows"),
            self.pgettext("DayReport", "Screening"),
            self.pgettext("DayReport", "Began"),
            self.pgettext("DayReport", "Ended"),
            self.pgettext("DayReport", "Outcome"),
            self.pgettext("DayReport", "Interruptions"),
        )

    @property
    def nothing(self) -> str:
        """In place of an empty table."""
        return self.pgettext("DayReport", "None.")

    @property
    def chain(self) -> str:
        """The heading of where the ledger ends."""
        return self.pgettext("DayReport", "Ledger")

    def chain_says(self, seq: int, signed_to: int, faults: int) -> str:
        """What the audit found."""
        found = (
            self.pgettext("DayReport", "The audit found {faults} faults: keep this machine as it is.")
            if faults
            else self.pgettext("DayReport", "The audit found no fault.")
        )
        text = self.pgettext("DayReport", "Record {seq} is the last one; signatures cover the records up to {signed}.")
        return f"{text.format(seq=seq, signed=signed_to)} {found.format(faults=faults)}"

    @property
    def keep(self) -> str:
        """Why the hash is there."""
        return self.pgettext(
            "DayReport", "Whoever keeps this page can prove that no record up to that one was changed later. Its hash:"
        )

    @property
    def device(self) -> str:
        """Before the device's name."""
        return self.pgettext("DayReport", "Device")

    @property
    def signed_by(self) -> str:
        """Below a line for a signature."""
        return self.pgettext("DayReport", "Venue manager: name, date, signature")
