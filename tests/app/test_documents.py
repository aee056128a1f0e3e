"""The documents say what is true: screens, words, keys and commands that exist, and references that are not stale."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.cli import parser
from app.examples import EXAMPLES, EXIT_STATUS, commands, does_something
from app.pictures import SCREENS, SIZE, named
from app.references import DESCRIPTION, references
from core import LANGUAGES as WORDS
from films import SigningKey
from ui.guide import GUIDE, HANDBOOK, ROOT, book, release_notes

LANGUAGES = ("en", "zh-Hans")
CATALOGUES = {"en": "en", "zh-Hans": "zh_Hans"}
MARK = re.compile(r"%\d|%n")
KEY = re.compile(r"`([^`]+)`")
NO_KEYS = {"libmpv2"}
NAMED_KEYS = {"Space", "Tab", "Enter", "Esc", "F1", "Page ↑", "Page ↓"}


def words_on_screen(language: str) -> str:
    """Everything that the interface and the box office's pages say in a language, one entry a line."""
    said: list[str] = []
    for domain in ("ui", "service"):
        template = ROOT / "translations" / domain / f"{domain}.pot"
        path = ROOT / "translations" / domain / CATALOGUES[language] / "LC_MESSAGES" / f"{domain}.po"
        with (path if path.is_file() else template).open("rb") as file:
            for message in read_po(file):
                for text in (message.id, message.string):
                    said += [text] if isinstance(text, str) else list(text or ())
    return "\n".join(said)


def guide_text(language: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((GUIDE / language).glob("*.md")))


def test_every_picture_that_a_document_names_is_there_and_no_other() -> None:
    wanted = {SCREENS / language / f"{screen}.jpg" for language, screen, _document in named()}
    assert wanted == set(SCREENS.rglob("*.*"))
    assert {language for language, _screen, _document in named()} == set(LANGUAGES)


def test_every_screen_that_a_document_names_is_one_that_the_gallery_renders() -> None:
    gallery = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ui").glob("gallery*.py"))
    assert {screen for _language, screen, _document in named() if f'"{screen}"' not in gallery} == set()


def test_pictures_are_small_and_of_one_size() -> None:
    from PySide6.QtGui import QImageReader

    for path in SCREENS.rglob("*.jpg"):
        size = QImageReader(str(path)).size()
        assert (size.width(), size.height()) == SIZE, path
        assert path.stat().st_size < 200_000, path


@pytest.mark.parametrize("folder", [GUIDE, HANDBOOK])
def test_both_languages_have_the_same_pages_with_the_same_pictures(folder: Path) -> None:
    english, chinese = (book(folder, language) for language in LANGUAGES)
    assert [page.id for page in english] == [page.id for page in chinese]
    assert {page.id for page in english} | {"README"} == {path.stem for path in (folder / "en").glob("*.md")}
    for one, other in zip(english, chinese, strict=True):
        assert [block.kind for block in one.blocks] == [block.kind for block in other.blocks], one.id
        pictures = [[block.picture.name for block in page.blocks if block.picture] for page in (one, other)]
        assert pictures[0] == pictures[1], one.id
        for language, page in (("en", one), ("zh-Hans", other)):
            for block in page.blocks:
                assert block.picture is None or block.picture.parent.name == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_guide_prints_bold_is_said_on_screen_just_so(language: str) -> None:
    screen = words_on_screen(language)
    wanted = set(re.findall(r"\*\*([^*]+)\*\*", guide_text(language)))
    assert len(wanted) > 30
    assert {words for words in wanted if words not in screen} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_guide_is_on_the_page_of_keys(language: str) -> None:
    sheet = (ROOT / "ui/qml/SmartCinema/Viewer/ShortcutsSheet.qml").read_text(encoding="utf-8")
    keys = "\n".join(re.findall(r'keys: "(.*)"', sheet))
    wanted = set(KEY.findall(guide_text(language))) - NO_KEYS
    assert {key for key in wanted if key not in keys and key not in NAMED_KEYS} == set()
    assert "Page ↑ ↓" in keys


@pytest.mark.parametrize("document", ["handbook", "venue.md", "operator.md", "running.md"])
def test_every_command_that_a_document_names_is_understood(document: str) -> None:
    files = sorted(HANDBOOK.rglob("*.md")) if document == "handbook" else [ROOT / "docs" / document]
    known = {words for words, _command in commands(parser())}
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    said = re.findall(r"(?:`|^\s*)(?:smart-cinema|main\.py|\./cinema) ([^`\n]+)", text, re.MULTILINE)
    assert said or document == "venue.md"
    for line in said:
        words = [word for word in shlex.split(line.rstrip("\\"), comments=True) if not word.startswith("-")]
        heads = [" ".join(words[:length]) for length in range(1, len(words) + 1)]
        assert any(head in known for head in heads) or not words, line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_handbook_fits_on_one_sheet(language: str) -> None:
    import pypdfium2

    from app.application import windowless
    from ui.fonts import name_families
    from ui.guide.paper import sheet

    windowless()
    name_families()
    for page in book(HANDBOOK, language):
        pdf = pypdfium2.PdfDocument(sheet(page, language))
        assert len(pdf) == 1
        assert page.title in pdf[0].get_textpage().get_text_bounded().replace("\r\n", " ")
        pdf.close()


def test_every_command_has_help_examples_and_exit_codes() -> None:
    for words, command in commands(parser()):
        said = command.format_help()
        assert EXIT_STATUS in said, words
        if does_something(command):
            assert "examples:" in said, words
        for action in command._actions:
            assert action.help or action.dest == "command" or not action.option_strings, (words, action.dest)
            assert action.help or action.nargs == "A...", (words, action.dest)


def test_every_example_is_understood() -> None:
    from app.cli import _with_links_named

    top = parser()
    assert EXAMPLES.keys() == {words for words, command in commands(top) if does_something(command)}
    for words, examples in EXAMPLES.items():
        for example in examples:
            program, *arguments = shlex.split(example.partition(" >")[0])
            assert program == "smart-cinema"
            top.parse_args(_with_links_named(arguments))
            assert " ".join(arguments).startswith(words.split(" ")[0])


@pytest.mark.parametrize("name", ["commands.md", "api.md"])
def test_references_say_what_holds_now(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.read_text(encoding="utf-8") == references()[path], "run: python -m app.references"


def test_the_api_s_pages_speak_every_language_that_we_do() -> None:
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    operations = (operation for path in description["paths"].values() for operation in path.values())
    choices = [
        parameter["schema"]["enum"]
        for operation in operations
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "lang"
    ]
    assert choices
    assert all(choice == list(WORDS) for choice in choices)


def test_the_operator_s_examples_are_read_as_they_stand(tmp_path: Path) -> None:
    from boxoffice.service.publications import _avail_row, _signer
    from boxoffice.service.screenings import plan_of

    text = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    publication, screenings, shares = (
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    )
    title = publication["title"][0]
    row = _avail_row(title["id"], 0, title["avail"][0])
    assert (row.minor, row.currency, row.unlock_s, row.watch_s) == (690, "EUR", 2_592_000, 172_800)
    assert publication["section"][0]["titles"] == [title["id"]]
    (tmp_path / "signer.jwk").write_text(json.dumps(SigningKey.generate().public_jwk))
    assert [_signer(one, tmp_path).keys() for one in publication["trusted"]] == [
        SigningKey.generate().public_jwk.keys()
    ]
    plan = plan_of(title["id"], screenings["title"][0]["screening"][0])
    assert (plan.capacity, plan.late_s) == (300, 900)
    assert sum(share["basis_points"] for share in shares["share"]) == 10_000


def test_the_release_notes_are_those_of_the_newest_version() -> None:
    from app import __version__

    page = release_notes(ROOT / "CHANGELOG.md")
    assert page.title.startswith(__version__)
    assert sum(block.kind == "item" for block in page.blocks) > 20
