"""The catalogue's version: it grows in the transaction of whoever changes what the catalogue shows."""

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from boxoffice.service.tables import (
    AvailRow,
    CatalogueVersionRow,
    PackageRow,
    ScreeningRow,
    SectionRow,
    SignerRow,
    TitleRow,
)

SHOWN = {TitleRow, AvailRow, PackageRow, ScreeningRow, SectionRow, SignerRow}
_GROWN = "catalogue grown"


def catalogue_version(session: Session) -> int:
    """The version that this transaction sees."""
    return session.scalars(select(CatalogueVersionRow.version)).one()


def grow_with_changes(sessions: sessionmaker[Session]) -> None:
    """Have every change made through these sessions count."""
    event.listen(sessions, "after_flush", _flushed)
    event.listen(sessions, "do_orm_execute", _executed)


def _flushed(session: Session, _context: object) -> None:
    if any(type(row) in SHOWN for rows in (session.new, session.dirty, session.deleted) for row in rows):
        _grow(session)


def _executed(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_ in SHOWN:
        _grow(state.session)


def _grow(session: Session) -> None:
    if not session.info.get(_GROWN):
        session.info[_GROWN] = True
        more = update(CatalogueVersionRow).values(version=CatalogueVersionRow.version + 1)
        session.connection().execute(more)
