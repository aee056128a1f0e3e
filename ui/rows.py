"""Rows for a list view that keeps its place: only what changed is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = Mapping[str, Any]
ROLE = int(Qt.ItemDataRole.UserRole)
NOWHERE = QModelIndex()


class Rows(QAbstractListModel):
    """Rows that have an ``id``; a delegate gets each as ``row``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = ROLE) -> object:
        """The row."""
        return dict(self._rows[index.row()]) if role == ROLE and 0 <= index.row() < len(self._rows) else None

    def roleNames(self) -> dict[int, QByteArray]:
        """``row``."""
        return {ROLE: QByteArray(b"row")}

    def take(self, rows: Sequence[Row]) -> None:
        """Show these from now on."""
        known, new = [row["id"] for row in self._rows], [row["id"] for row in rows]
        head = next((at for at, (one, other) in enumerate(zip(known, new, strict=False)) if one != other), -1)
        head = min(len(known), len(new)) if head < 0 else head
        tail = 0
        while tail < min(len(known), len(new)) - head and known[-1 - tail] == new[-1 - tail]:
            tail += 1
        gone, come = len(known) - head - tail, len(new) - head - tail
        if gone:
            self.beginRemoveRows(NOWHERE, head, head + gone - 1)
            del self._rows[head : head + gone]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(NOWHERE, head, head + come - 1)
            self._rows[head:head] = rows[head : head + come]
            self.endInsertRows()
        for place, row in enumerate(rows):
            if self._rows[place] != row:
                self._rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place), [ROLE])
