"""What docs/faults.md promises is there: every test that it names, in the file that it names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and "::" in line]
NAMED = re.findall(r"`([^`\s]+)::([^`\s]+)`", TEXT)


def functions_of(file: Path) -> set[str]:
    """The functions that pytest would run: of the module itself, and of classes named for it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
    return {
        node.name
        for body in (tree.body, *(found.body for found in classes))
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_promised_test_is_there(file: str, name: str) -> None:
    assert file.startswith("tests/")
    assert name in functions_of(ROOT / file)


def test_every_fault_that_is_dealt_with_has_a_row_with_a_test() -> None:
    numbers = [int(found[1]) for row in ROWS if (found := re.match(r"\| (\d+) ", row))]
    assert numbers == [*range(1, 69)]
    assert len(NAMED) == TEXT.count("::")
    assert len(NAMED) == len(set(NAMED))
