"""Every key that does something stands on the page of keys, read out of the QML itself."""

import re
from pathlib import Path

import pytest

QML = Path(__file__).parents[2] / "ui" / "qml" / "SmartCinema"
NAMES = {
    "Return": "Enter", "Escape": "Esc", "Slash": "/", "Comma": ",", "Period": ".", "Backslash": "\\", "BracketLeft": "[",
    "BracketRight": "]", "Less": "<", "Greater": ">", "Plus": "+", "Equal": "+", "Minus": "−", "Left": "←", "Right": "→",
    "Up": "↑", "Down": "↓", "PageUp": "Page ↑", "PageDown": "Page ↓", "Question": "?", "Backtab": "Tab",
}  # fmt: skip
STANDARD = {"Refresh": ("F5", "Ctrl+R"), "Quit": ("Ctrl+Q",), "Undo": ("Ctrl+Z",), "Save": ("Ctrl+S",)}
CONTROLLED = re.compile(r"Key_(\w+) && event\.modifiers & Qt\.ControlModifier")


def sheet_keys(text: str) -> set[str]:
    """``Ctrl+1, 2, 3`` are three keys with Ctrl, ``← →`` are two, ``Page ↑ ↓`` are two, ``0 … 9`` are ten."""
    found: set[str] = set()
    for line in re.findall(r'keys: "((?:[^"\\]|\\.)*)"', text):
        shown, lead = line.replace("\\\\", "\\"), ""
        found |= {str(digit) for digit in range(10)} if "…" in shown else set()
        found |= {","} if shown.startswith(",") else set()
        for key in filter(None, re.split(r"[ ,]+", shown)):
            if key == "Page":
                lead = "Page "
            elif "+" in key[:-1]:
                lead = key.rpartition("+")[0] + "+"
                found.add(key)
            else:
                found.add(lead + key)
    return found


def shortcuts(*names: str) -> set[str]:
    """The sequences of ``Shortcut`` in these files, as the pages write them."""
    found: set[str] = set()
    for name in names:
        text = (QML / name).read_text(encoding="utf-8")
        for said in re.findall(r"sequences?: (.+)", text):
            for key in re.findall(r'"([^"]+)"', said):
                found.add("+".join(NAMES.get(part, part) for part in key.split("+")))
            for standard in re.findall(r"StandardKey\.(\w+)", said):
                found |= set(STANDARD[standard])
    return found


def handled(*names: str) -> set[str]:
    """The keys that ``Keys`` handlers of these files compare with or take by name."""
    found: set[str] = set()
    for name in names:
        text = (QML / name).read_text(encoding="utf-8")
        found |= {f"Ctrl+{key}" for key in CONTROLLED.findall(text)}
        for key in re.findall(r"Qt\.Key_(\w+)", CONTROLLED.sub("", text)):
            found.add(NAMES.get(key, key))
    return found


def test_the_sheet_s_own_notation_is_understood() -> None:
    text = 'keys: "Ctrl+1, 2, 3" keys: "← →, J L" keys: ", ." keys: "Page ↑ ↓" keys: "0 … 9" keys: "↑ ↓, Ctrl+↑ ↓" keys: "[ ], \\\\"'
    assert sheet_keys(text) >= {"Ctrl+1", "Ctrl+2", "Ctrl+3", "←", "→", "J", "L", ",", ".", "Page ↑", "Page ↓", "7"}
    assert sheet_keys(text) >= {"↑", "↓", "Ctrl+↑", "Ctrl+↓", "[", "]", "\\"}


def test_every_key_of_the_cinema_is_on_its_page_of_keys() -> None:
    shown = sheet_keys((QML / "Viewer/ShortcutsSheet.qml").read_text(encoding="utf-8"))
    keys = shortcuts("Viewer/Main.qml") | handled("Viewer/PlayerPage.qml")
    assert {"/", "Ctrl+F", "F1", "?", "Home", "7", "Ctrl+Q"} <= keys
    assert keys - shown == set()


def test_every_key_of_the_workbench_is_on_its_page_of_keys() -> None:
    shown = sheet_keys((QML / "Workbench/KeysSheet.qml").read_text(encoding="utf-8"))
    keys = shortcuts("Workbench/BenchKeys.qml") | handled("Workbench/WorkbenchWindow.qml", "Workbench/TimeLine.qml")
    assert {"Ctrl+J", "N", "Ctrl+Shift+Del"} <= keys
    assert keys - shown == set()


@pytest.mark.parametrize("name", ["Kiosk/OperatorSide.qml"])
def test_every_key_of_a_show_stands_on_its_button(name: str) -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in (QML / "Kiosk").glob("*.qml"))
    assert {key for key in shortcuts(name) if f"({key})" not in said} == set()


def test_no_page_of_the_cinema_has_keys_that_nobody_looked_at() -> None:
    """Keys that move, choose or close are the same everywhere; anything else belongs into the tests above."""
    usual = {"Enter", "Esc", "Tab", "↑", "↓", "←", "→", "Page ↑", "Page ↓", "Home", "End", "Space"}
    known = {"Viewer/Main.qml", "Viewer/PlayerPage.qml"}
    others = [str(path.relative_to(QML)) for path in (QML / "Viewer").glob("*.qml")]
    assert (handled(*(set(others) - known)) | shortcuts(*(set(others) - known))) - usual == set()
