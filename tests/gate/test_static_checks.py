"""The checks that read the code instead of running it; one command is the whole gate."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def checked(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def qml_files() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ui").rglob("*.qml"))


def test_ruff_finds_nothing() -> None:
    checked(str(BIN / "ruff"), "check", "--no-cache", ".")


def test_the_code_is_formatted() -> None:
    checked(str(BIN / "ruff"), "format", "--check", "--no-cache", ".")


@pytest.mark.timeout(300)
def test_mypy_is_satisfied() -> None:
    checked(str(BIN / "mypy"), ".")


@pytest.mark.timeout(300)
def test_pyrefly_is_satisfied_with_the_view_models_and_the_player_s_tests() -> None:
    checked(str(BIN / "pyrefly"), "check")


def test_rooms_import_only_what_stands_below_them() -> None:
    checked(str(BIN / "lint-imports"), "--no-cache")


def test_qml_is_formatted(tmp_path: Path) -> None:
    copies = {name: tmp_path / name.replace("/", "-") for name in qml_files()}
    for name, copy in copies.items():
        copy.write_bytes((ROOT / name).read_bytes())
    checked(str(BIN / "pyside6-qmlformat"), "-i", *map(str, copies.values()))
    unlike = [name for name, copy in copies.items() if copy.read_bytes() != (ROOT / name).read_bytes()]
    assert unlike == [], "run qmlformat on them"


def test_no_file_shadows_the_packaging_library() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_lock_files_record_versions_and_hashes_only() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-package.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index-url" not in text


def test_the_version_heads_the_changelog() -> None:
    from app import __version__

    heading = next(
        line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## [")
    )
    assert heading.startswith(f"## [{__version__}]")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_libmpv_requests_keyring_and_qt_are_loaded_only_by_their_rooms() -> None:
    script = "import sys, core, films, boxoffice.rules; print([m for m in ('mpv','requests','keyring','PySide6') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
