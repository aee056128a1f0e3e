"""What somebody typed, letter for letter: QML's own ``text`` has plain spaces where no-break spaces were written."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtQml import QmlElement, QmlSingleton

QML_IMPORT_NAME = "SmartCinema.Typing"
QML_IMPORT_MAJOR_VERSION = 1

_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})


@QmlElement
@QmlSingleton
class TypedText(QObject):
    """Asked by fields for what is in them."""

    @Slot(QObject, result=str)
    def of(self, document: QObject) -> str:
        """The text of a field's document (``TextEdit.textDocument``)."""
        from PySide6.QtQuick import QQuickTextDocument

        if not isinstance(document, QQuickTextDocument):
            return ""
        return document.textDocument().toRawText().translate(_LINE_ENDS)
