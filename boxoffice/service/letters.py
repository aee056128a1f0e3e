"""Letters to people about their tickets: one when they bought it, one before its window ends, in their language; and
one for whoever forgot the password.

They are written from the tickets, not at the sale: no sale waits for the post, and a letter that was not sent is found
again. Letters go out at least once; the second copy of one has the first one's Message-ID.

Nobody has proved that an account's address is theirs, so a letter holds nothing that its owner wrote, not even a name:
else anybody could have this house send words of their own to a stranger.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Event
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from boxoffice.rules import TicketState, ticket_state
from boxoffice.service import languages
from boxoffice.service.database import Database, insert_once
from boxoffice.service.openid import NO_ADDRESS
from boxoffice.service.people import NOBODY
from boxoffice.service.post import NotSent, Post
from boxoffice.service.tables import AccountRow, LetterRow, OrderRow, PasswordResetRow, TicketRow, TitleRow
from boxoffice.service.terms import MAY_WATCH, avails_of, facts_of
from core import Clock, Money, pick

log = logging.getLogger(__name__)

BOUGHT, ENDING = "bought", "ending"
FRESH = timedelta(days=2)
"""How long after a sale its letter still says something new."""
START_SOON = timedelta(days=2)
FINISH_SOON = timedelta(hours=12)
LOOK_AHEAD = timedelta(days=366)
LOOK_EVERY = timedelta(minutes=15)
TRY_AGAIN = timedelta(minutes=10)
TRIES = 12
TRY_PASSWORD_AGAIN = timedelta(minutes=1)
"""A link of half an hour cannot wait longer."""
TOGETHER = 200


class Letters:
    """Finds who is to be written to, and writes. `sweep` is for one thread of one process at a time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        post: Post,
        sender: str,
        issuer: str,
        secret_of: Callable[[str], str],
        code_of: Callable[[str], str],
    ) -> None:
        """``secret_of`` an order, ``code_of`` a password's reset: the last parts of their pages' addresses."""
        self._database = database
        self._clock = clock
        self._post = post
        self._sender = sender
        self._issuer = issuer
        self._secret_of = secret_of
        self._code_of = code_of
        self._next_look: datetime | None = None
        self._rests = Event()

    def rest(self) -> None:
        """Begin no other letter: the service stops, and what is left is written by the next one."""
        self._rests.set()

    def sweep(self) -> None:
        """Write what is due and send what has not left yet."""
        now = self._clock.now()
        self._passwords(now)
        with self._database.read() as session:
            due = [(ticket, BOUGHT) for ticket in self._bought(session, now)]
            if self._next_look is None or now >= self._next_look:
                due += [(ticket, ENDING) for ticket in self._ending(session, now)]
        for start in range(0, len(due), TOGETHER):
            with self._database.write() as session:
                for ticket_id, kind in due[start : start + TOGETHER]:
                    session.execute(insert_once(session, LetterRow, ticket_id=ticket_id, kind=kind, made=now, tries=0))
        self._next_look = now + LOOK_EVERY if self._next_look is None or now >= self._next_look else self._next_look
        waiting = select(LetterRow.ticket_id, LetterRow.kind).where(
            LetterRow.sent.is_(None),
            LetterRow.tries < TRIES,
            or_(LetterRow.tried.is_(None), LetterRow.tried < now - TRY_AGAIN),
        )
        with self._database.read() as session:
            found = [
                (row.ticket_id, row.kind) for row in session.execute(waiting.order_by(LetterRow.made).limit(TOGETHER))
            ]
        for ticket_id, kind in found:
            if self._rests.is_set():
                return
            try:
                self._send(ticket_id, kind)
            except Exception as error:
                # As for an address that a mail's header cannot hold: it must not keep the others' letters.
                log.error("a letter could not be written: %s", type(error).__name__)

    def _passwords(self, now: datetime) -> None:
        """Send what people set a new password with, as long as it is good."""
        over = or_(PasswordResetRow.expires <= now, PasswordResetRow.account_id.is_(None))
        waiting = select(PasswordResetRow.id, AccountRow.email, AccountRow.language).join(AccountRow)
        waiting = waiting.where(
            PasswordResetRow.sent.is_(None),
            or_(PasswordResetRow.tried.is_(None), PasswordResetRow.tried < now - TRY_PASSWORD_AGAIN),
        )
        with self._database.write() as session:
            session.execute(delete(PasswordResetRow).where(over))
            found = session.execute(waiting.order_by(PasswordResetRow.expires).limit(TOGETHER)).all()
        for reset_id, email, language in found:
            if self._rests.is_set():
                return
            mine = update(PasswordResetRow).where(PasswordResetRow.id == reset_id)
            with self._database.write() as session:
                session.execute(mine.values(tried=now))
            try:
                self._post.send(self._password(reset_id, email, languages.choose(language or "en"), now))
            except NotSent as error:
                log.warning("a letter was not sent and will be tried again: %s", error.args[0])
            except Exception as error:
                log.error("a letter could not be written: %s", type(error).__name__)
            else:
                with self._database.write() as session:
                    session.execute(mine.values(sent=now))

    def _password(self, reset_id: str, email: str, language: str, now: datetime) -> EmailMessage:
        _ = languages.words(language).gettext
        address = f"{self._issuer}/oauth/password/{self._code_of(reset_id)}?lang={language}"
        lines = [
            _("Somebody, probably you, asked for a new password for your account at Smart Cinema."),
            _("Set it here: %(address)s") % {"address": address},
            _("The link is good once, for half an hour after it was asked for."),
            _("If it was not you, do nothing: your password stays as it is."),
        ]
        return self._letter(f"password.{reset_id}", email, _("A new password"), lines, language, now)

    def _letter(self, name: str, to: str, subject: str, lines: list[str], language: str, now: datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = " ".join(subject.split())
        letter["From"] = self._sender
        letter["To"] = Address(addr_spec=to)
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = f"<{name}@{urlsplit(self._issuer).hostname}>"
        letter["Auto-Submitted"] = "auto-generated"
        greeting = languages.words(language).gettext("Good evening,")
        letter.set_content("\n\n".join([greeting, *lines]) + "\n", cte="quoted-printable")
        letter["Content-Language"] = language
        return letter

    def _bought(self, session: Session, now: datetime) -> list[str]:
        fresh = select(TicketRow.id).where(TicketRow.bought > now - FRESH, *_without(BOUGHT))
        return list(session.scalars(fresh.limit(TOGETHER * 10)))

    def _ending(self, session: Session, now: datetime) -> list[str]:
        """Tickets that somebody would be sorry to have forgotten."""
        avails = avails_of(session)
        lengths = {
            row.id: row.running_time_ms for row in session.execute(select(TitleRow.id, TitleRow.running_time_ms))
        }
        standing = select(TicketRow).where(TicketRow.bought > now - LOOK_AHEAD, MAY_WATCH, *_without(ENDING))
        found = []
        for ticket in session.scalars(standing.execution_options(yield_per=TOGETHER)):
            facts = facts_of(ticket, lengths[ticket.title_id], avails.get(ticket.title_id, []), now)
            state = ticket_state(facts, now)
            if (state is TicketState.UNUSED and facts.unlock_by - now < START_SOON and now - ticket.bought > FRESH) or (
                state is TicketState.STARTED and facts.watch_by is not None and facts.watch_by - now < FINISH_SOON
            ):
                found.append(ticket.id)
        return found

    def _send(self, ticket_id: str, kind: str) -> None:
        now, mine = self._clock.now(), and_(LetterRow.ticket_id == ticket_id, LetterRow.kind == kind)
        with self._database.write() as session:
            session.execute(update(LetterRow).where(mine).values(tried=now, tries=LetterRow.tries + 1))
        with self._database.read() as session:
            letter = self._write(session, ticket_id, kind, now)
        if letter is not None:
            try:
                self._post.send(letter)
            except NotSent as error:
                log.warning("a letter was not sent and will be tried again: %s", error.args[0])
                return
        with self._database.write() as session:
            session.execute(update(LetterRow).where(mine).values(sent=now))

    def _write(self, session: Session, ticket_id: str, kind: str, now: datetime) -> EmailMessage | None:
        """The letter; none where there is nobody to write to or nothing to say any more."""
        ticket = session.get_one(TicketRow, ticket_id)
        order = session.get_one(OrderRow, ticket.order_id)
        person = session.get_one(AccountRow, order.account_id if ticket.claimed is None else ticket.account_id)
        if person.id == NOBODY or person.email.endswith(f"@{NO_ADDRESS}") or ticket.refunded is not None:
            return None
        title = session.get_one(TitleRow, ticket.title_id)
        facts = facts_of(ticket, title.running_time_ms, avails_of(session, title.id).get(title.id, []), now)
        language = languages.choose(person.language or "en")
        film, zone = pick(title.facts["names"], language), facts.terms.zone
        words = languages.words(language)
        _ = words.gettext
        until = languages.moment_text(facts.watch_by or facts.unlock_by, zone, language)
        begins = languages.moment_text(facts.terms.window_start, zone, language)
        about = {"film": film, "until": f"{until} ({zone})", "begins": f"{begins} ({zone})"}
        if kind == ENDING and ticket_state(facts, now) not in {TicketState.UNUSED, TicketState.STARTED}:
            return None
        if kind == ENDING:
            subject = _("Only a little longer: %(film)s") % about
            told = (
                _("You have begun to watch “%(film)s”. Finish it before %(until)s.")
                if facts.started
                else _("Your ticket for “%(film)s” waits for you. Start to watch before %(until)s.")
            )
            lines = [told % about]
        else:
            subject = _("Your ticket: %(film)s") % about
            hours = facts.terms.watch_s // 3600
            lines = [
                _("You have a ticket for “%(film)s”: one person, one device.") % about,
                *([_("The screening begins on %(begins)s.") % about] if ticket.screening_id else []),
                _("Start to watch before %(until)s.") % about,
                words.ngettext("Then finish within %(num)d hour.", "Then finish within %(num)d hours.", hours)
                % {"num": hours},
                _("Price: %(price)s") % {"price": languages.money_text(Money(order.minor, order.currency), language)},
                _("Receipt: %(address)s")
                % {"address": f"{self._issuer}/checkout/{self._secret_of(order.id)}/receipt?lang={language}"},
            ]
        if ticket.gift is not None and ticket.claimed is None:
            lines.append(_("It is a gift: its code is on the page of your order, to pass on."))
        else:
            lines.append(_("Watch it in Smart Cinema: %(address)s") % {"address": f"smartcinema:ticket/{ticket.id}"})
        return self._letter(f"{kind}.{ticket.id}", person.email, subject, lines, language, now)


def _without(kind: str) -> tuple[ColumnElement[bool], ...]:
    """Tickets that stand, and have no letter of this kind."""
    written = select(func.count()).where(LetterRow.ticket_id == TicketRow.id, LetterRow.kind == kind).scalar_subquery()
    return TicketRow.refunded.is_(None), TicketRow.account_id != NOBODY, written == 0
