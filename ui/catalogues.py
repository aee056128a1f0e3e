"""Keeps the catalogues in step with the sources: lupdate on QML, Babel on Python and on the box office's pages; one
template for the interface and one for the pages, every language updated.

Run ``python -m ui.catalogues`` after words on screen changed; ``--check`` only says whether that is due.
"""

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core import LANGUAGES
from ui.messages import message_context
from ui.translator import CATALOGUES, catalogue_path

ROOT = Path(__file__).parent.parent
TEMPLATE = CATALOGUES / "ui.pot"
SERVICE = ROOT / "translations" / "service"
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true"}
KEYWORDS = {"pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
WIDTH = 120


@dataclass(frozen=True)
class Source:
    """One message as the sources hold it; a plural has the same text for both English forms until it is translated."""

    context: str
    text: str
    plural: bool
    note: str
    path: str


def read_ts(data: bytes, folder: Path) -> Iterator[Source]:
    """The messages of a Qt ``.ts`` file, paths relative to the repository. Raises ElementTree.ParseError."""
    for context in ElementTree.fromstring(data).iter("context"):  # noqa: S314 - written by lupdate a moment ago
        name = context.findtext("name", "")
        for message in context.iter("message"):
            location = message.find("location")
            path = (folder / location.get("filename", "")).resolve() if location is not None else ROOT
            yield Source(
                context=message_context(name, message.findtext("comment")),
                text=message.findtext("source", ""),
                plural=message.get("numerus") == "yes",
                note=message.findtext("extracomment", ""),
                path=path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name,
            )


def qml_messages(folder: Path = ROOT / "ui" / "qml") -> tuple[Source, ...]:
    """Every ``qsTr`` under a folder. Raises CalledProcessError where lupdate fails."""
    files = sorted(str(path) for path in folder.rglob("*.qml"))
    with tempfile.TemporaryDirectory() as place:
        ts = Path(place) / "ui.ts"
        command = [str(Path(sys.executable).parent / "pyside6-lupdate"), *files, "-silent", "-ts", str(ts)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - Qt's own tool on our files
        return tuple(read_ts(ts.read_bytes(), ts.parent))


def make_template() -> Catalog:
    """The template of all messages, in a stable order without dates."""
    template = Catalog(project="Smart Cinema", header_comment="# Words of the interface of Smart Cinema.", fuzzy=False)
    for source in qml_messages():
        template.add(
            (source.text, source.text) if source.plural else source.text,
            context=source.context,
            locations=[(source.path, 0)],
            auto_comments=[source.note] if source.note else (),
        )
    for path, _line, message, comments, context in extract_from_dir(ROOT / "ui", keywords=KEYWORDS):
        template.add(message, context=context, locations=[(f"ui/{path}", 0)], auto_comments=comments)
    return template


def make_service_template() -> Catalog:
    """The words of the box office's pages, receipts and letters."""
    project = "Smart Cinema box office"
    template = Catalog(project=project, header_comment=f"# Words of {project}.", fuzzy=False)
    rules = [("**/templates/**.*", "jinja2.ext:babel_extract"), ("**.py", "python")]
    found = extract_from_dir(ROOT / "boxoffice" / "service", rules, {"**/templates/**.*": JINJA})
    for path, _line, message, comments, context in found:
        template.add(message, context=context, locations=[(f"boxoffice/service/{path}", 0)], auto_comments=comments)
    return template


def to_po(catalogue: Catalog) -> bytes:
    """A catalogue as bytes that change only when its words do."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_DATED))


_DATED = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Report-Msgid', b'"Last-Translator')


def update() -> Iterator[tuple[Path, bytes]]:
    """Each file of the pipeline with what it should hold; translations are kept, gone messages are dropped."""
    template = make_template()
    yield TEMPLATE, to_po(template)
    for tag in LANGUAGES:
        yield catalogue_path(tag), _updated(catalogue_path(tag), tag, template)
    template = make_service_template()
    yield SERVICE / "service.pot", to_po(template)
    for tag in LANGUAGES:
        if tag != "en":
            path = SERVICE / tag.replace("-", "_") / "LC_MESSAGES" / "service.po"
            yield path, _updated(path, tag, template)


def _updated(path: Path, tag: str, template: Catalog) -> bytes:
    locale = tag.replace("-", "_")
    catalogue = Catalog(locale=locale, project=template.project, fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.fuzzy = False
    return to_po(catalogue)


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the catalogues, or with ``--check`` answer 1 where they are behind the sources."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a file is behind")
    options = parser.parse_args(arguments)
    behind = [(path, data) for path, data in update() if not path.exists() or path.read_bytes() != data]
    for path, data in behind:
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return 1 if behind and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
