"""Gettext catalogues as Qt's own messages: one ``ui.po``, compiled in memory into Qt's ``.qm`` format."""

import struct
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from ui.translator import QM_MAGIC

_HASHES, _MESSAGES, _NUMERUS_RULES = 0x42, 0x69, 0x88
_END, _TRANSLATION, _SOURCE, _CONTEXT, _COMMENT = 1, 3, 6, 7, 8
_RULES = {"0": b"", "(n != 1)": b"\x01\x01", "(n > 1)": b"\x03\x01"}
"""Qt's rules by gettext's plural expression: ``01 01`` is "form 0 where n is 1", ``03 01`` where it is at most 1."""


def message_context(context: str, disambiguation: str | None) -> str:
    """The gettext context of a Qt message: ``HomePage`` or ``HomePage|disambiguation``."""
    return f"{context}|{disambiguation}" if disambiguation else context


def read_catalogue(path: Path) -> Catalog:
    """One catalogue. Raises OSError where it is missing and ValueError where it is malformed."""
    with path.open("rb") as file:
        try:
            return read_po(file, locale=path.parents[1].name, abort_invalid=True)
        except PoFileError as error:
            raise ValueError(str(error)) from error


def compile_catalogue(catalogue: Catalog) -> bytes:
    """The translated messages as Qt's ``.qm``. Raises ValueError for a plural rule that is not known here."""
    rules = _RULES.get(catalogue.plural_expr)
    if rules is None:
        msg = f"no plural rule for {catalogue.plural_expr!r}"
        raise ValueError(msg)
    hashes: list[tuple[int, int]] = []
    messages = bytearray()
    for message in catalogue:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        if not message.id or message.fuzzy or not all(forms):
            continue
        source, context, comment = _names(message)
        hashes.append((_elf_hash(source + comment), len(messages)))
        messages += b"".join(_tagged(_TRANSLATION, form.encode("utf-16-be")) for form in forms)
        messages += _tagged(_COMMENT, comment) + _tagged(_SOURCE, source) + _tagged(_CONTEXT, context)
        messages.append(_END)
    index = b"".join(struct.pack(">II", *entry) for entry in sorted(hashes))
    sections = ((_HASHES, index), (_MESSAGES, bytes(messages)), (_NUMERUS_RULES, rules))
    return QM_MAGIC + b"".join(_tagged(tag, data) for tag, data in sections if data)


def _names(message: Message) -> Iterable[bytes]:
    source = message.id if isinstance(message.id, str) else message.id[0]
    context, _, comment = (message.context or "").partition("|")
    return source.encode(), context.encode(), comment.encode()


def _tagged(tag: int, data: bytes) -> bytes:
    return struct.pack(">BI", tag, len(data)) + data


def _elf_hash(text: bytes) -> int:
    value = 0
    for byte in text:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value or 1
