"""qmllint over every QML file, with the types of the Python classes behind it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from player import VideoItem
from tests.gate.qml_types import write_module
from ui.images import PictureDesk
from ui.kiosk import BoardViewModel, DoorViewModel, FoyerViewModel, SaleViewModel, ShowViewModel
from ui.preferences import Preferences
from ui.typed_text import TypedText
from ui.viewer import Services, ShellViewModel
from ui.workbench import WorkbenchViewModel
from ui.workbench.timeline import TimelineViewModel
from ui.workbench.watch import WatchViewModel

QML = Path(__file__).resolve().parents[2] / "ui" / "qml"
LINT = Path(sys.executable).parent / "pyside6-qmllint"
VENUE = {"Door": DoorViewModel, "Board": BoardViewModel, "Foyer": FoyerViewModel}
"""The models of a venue's windows, by how their files begin; the show's for all others."""
PARTS = ("sound", "pace", "notes")
"""Of the player's page."""
BENCH = {"workbench": WorkbenchViewModel, "watch": WatchViewModel, "timeline": TimelineViewModel}
PAGES = (
    "downloads", "screens", "home", "film", "signIn", "checkout", "tickets", "settings", "guide", "account", "playerPage"
)  # fmt: skip


class Still:
    """Stands where no page asks for anything."""

    current = Preferences(language="en")


@pytest.fixture
def shell() -> Any:
    application = QGuiApplication.instance() or QGuiApplication(["lint"])
    nothing: Any = Still()
    shell = ShellViewModel(
        Services(nothing, nothing, nothing, UTC, lambda _url: True, lambda: nothing, lambda _tag: None, "0")
    )
    yield shell
    shell.close()
    shell.deleteLater()
    application.processEvents()


@pytest.fixture
def lint(shell: QObject, tmp_path: Path) -> Callable[[], str]:
    """Copies the QML with its models' types written in, and tells what qmllint says of it."""
    classes = {page: type(shell.property(page)) for page in PAGES}
    classes["shell"] = type(shell)
    player = shell.property("playerPage")
    classes |= {part: type(player.property(part)) for part in PARTS}
    models = {
        "ShellViewModel": {page: classes[page].__name__ for page in PAGES},
        "PlayerPageViewModel": {part: classes[part].__name__ for part in PARTS},
    }
    models["WorkbenchViewModel"] = {name: BENCH[name].__name__ for name in ("watch", "timeline")}
    types = tmp_path / "types"
    kinds = {*classes.values(), *VENUE.values(), ShowViewModel, SaleViewModel, *BENCH.values()}
    write_module(types, "SmartCinema.Models", kinds, models=models)
    write_module(types, "SmartCinema.Player", [VideoItem])
    write_module(types, "SmartCinema.Pictures", [PictureDesk], singletons=True)
    write_module(types, "SmartCinema.Typing", [TypedText], singletons=True)
    tree = tmp_path / "qml"
    shutil.copytree(QML, tree)
    players = f"required property {classes['playerPage'].__name__} viewModel"
    for file in tree.rglob("*.qml"):
        text = file.read_text(encoding="utf-8")
        text = text.replace("required property var shell", f"required property {classes['shell'].__name__} shell")
        text = re.sub(
            r"property var viewModel: shell\.(\w+)",
            lambda found: f"property {classes[found[1]].__name__} viewModel: shell.{found[1]}",
            text,
        )
        if file.parent.name == "Kiosk":
            model = next((model for name, model in VENUE.items() if file.name.startswith(name)), ShowViewModel).__name__
            text = re.sub(r"required property var (viewModel|door|board)\b", rf"required property {model} \1", text)
            text = re.sub(r"property var sale\b", "property SaleViewModel sale", text)
        for name, kind in BENCH.items():
            text = re.sub(rf"property var {name}\b", f"property {kind.__name__} {name}", text)
        text = text.replace("required property var viewModel", players)
        text = text.replace(
            "required property var downloads", f"required property {classes['downloads'].__name__} downloads"
        )
        for part in PARTS:
            text = text.replace(f"required property var {part}", f"required property {classes[part].__name__} {part}")
        file.write_text(
            text.replace("import QtQuick\n", "import QtQuick\nimport SmartCinema.Models\n", 1), encoding="utf-8"
        )

    def said() -> str:
        command = [str(LINT), "--ignore-settings", "-W", "0", "-I", str(tree), "-I", str(types)]
        command += ["--unused-imports", "disable", *sorted(map(str, tree.rglob("*.qml")))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return said


def test_qmllint_finds_nothing(lint: Callable[[], str]) -> None:
    assert lint() == ""


def test_qmllint_knows_the_members_of_the_view_models(lint: Callable[[], str], tmp_path: Path) -> None:
    page = tmp_path / "qml" / "SmartCinema" / "Viewer" / "TicketsPage.qml"
    page.write_text(page.read_text(encoding="utf-8").replace("viewModel.cards", "viewModel.tickets"), encoding="utf-8")
    assert 'Member "tickets" not found' in lint()
