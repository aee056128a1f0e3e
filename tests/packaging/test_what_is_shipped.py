"""What packagers build from, read and validated without a build (the builds are commands of docs/packaging.md)."""

import importlib
import json
import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from app import __version__
from app.cli import parser

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


@pytest.fixture
def bundling(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(PACKAGING))
    for name in ("contents", "icu", "licences", "manual", "rules", "sbom", "trees"):
        importlib.import_module(f"bundling.{name}")
    yield sys.modules["bundling"]
    for name in [name for name in sys.modules if name.partition(".")[0] == "bundling"]:
        del sys.modules[name]


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")


def test_the_spec_and_the_hook_are_python_and_name_files_that_are_there() -> None:
    spec = (PACKAGING / "smart-cinema.spec").read_text(encoding="utf-8")
    compile(spec, "smart-cinema.spec", "exec")
    compile((PACKAGING / "hooks" / "on_start.py").read_text(encoding="utf-8"), "on_start.py", "exec")
    for name in re.findall(r'ROOT / "([^"]+)"', spec):
        assert (ROOT / name).exists(), name


def test_only_the_qml_of_qt_that_ours_imports_is_carried(bundling: Any) -> None:
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    modules = bundling.rules.qml_imports(qt / "qml", qt / "libexec" / "qmlimportscanner")
    assert {"QtQuick", "QtQuick/Templates", "QtQuick/Controls/Basic", "QtQml"} <= modules
    assert not [name for name in modules if "Material" in name or "3D" in name]
    keeps = bundling.rules.keeps_qt_file
    assert keeps("PySide6/Qt/qml/QtQuick/qmldir", modules)
    assert not keeps("PySide6/Qt/qml/QtQuick/Controls/Material/qmldir", modules)
    assert not keeps("PySide6/Qt/plugins/platformthemes/libqgtk3.so", modules)
    assert keeps("PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so", modules)


def test_every_qml_module_that_ours_imports_is_carried(bundling: Any) -> None:
    """Read from the files once more, without Qt's scanner: it says nothing of a module that it does not find."""
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    carried = bundling.rules.qml_imports(qt / "qml", qt / "libexec" / "qmlimportscanner")
    ours = [*(ROOT / "ui" / "qml").rglob("*.qml"), ROOT / "player" / "Screening.qml"]
    wanted = {
        name
        for path in ours
        for name in re.findall(r"(?m)^\s*import\s+([A-Z][\w.]*)", path.read_text(encoding="utf-8"))
        if not name.startswith("SmartCinema.")
    }
    assert {"QtQuick", "QtQuick.Dialogs"} <= wanted
    assert {name.replace(".", "/") for name in wanted} <= carried
    # What those import in turn, by their own word.
    asked = re.compile(r"(?m)^(?:import|depends)\s+(?!auto\b)([A-Z][\w.]*)")
    for name in carried:
        needed = {other.replace(".", "/") for other in asked.findall((qt / "qml" / name / "qmldir").read_text())}
        gone = {other for other in needed - carried if (qt / "qml" / other).is_dir()}
        assert not {other for other in gone if not bundling.rules.OTHER_STYLES.search(f"{other}/")}, name


LEAN = """
import importlib, json, pkgutil, sys
rooms, absent = json.loads(sys.argv[1]), tuple(json.loads(sys.argv[2]))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in absent):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
lacking = {}
for room in rooms:
    for found in pkgutil.walk_packages([room], room + "."):
        if not found.name.startswith((*absent, "boxoffice.service.migrations.")):  # alembic's to run
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as error:
                lacking[found.name] = error.name
print(json.dumps(lacking))
"""


def test_what_is_carried_needs_nothing_that_is_left_out(bundling: Any) -> None:
    rules = bundling.rules
    absent = [name for name in rules.EXCLUDED_MODULES if name not in ("unittest", "test")]
    told = run(sys.executable, "-c", LEAN, json.dumps(rules.ROOMS), json.dumps([*rules.LEFT_OUT, *absent]))
    assert json.loads(told) == {
        "films.mastering.commentary": "numpy",
        "boxoffice.service.exchange": "psycopg",
        "boxoffice.service.stripe_provider": "stripe",
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((f"{name}.so.1", "host") for name in ("libstdc++", "libgcc_s", "libGL", "libEGL", "libdrm", "libX11", "libxcb", "libexpat", "libz")),
        *((f"{name}.so.1", "soft") for name in ("libfontconfig", "libdbus-1", "libasound", "libpulse", "libva", "libwayland-client")),
        ("libpulsecommon-16.1.so", "soft"),
        *((f"{name}.so.2", "carried") for name in ("libmpv", "libavcodec", "libxcb-cursor", "libxcb-icccm", "libQt6Core", "libass", "libzimg")),
    ],
)  # fmt: skip
def test_libraries_of_drivers_and_daemons_are_the_machine_s_own(bundling: Any, name: str, kind: str) -> None:
    rules = bundling.rules
    assert (rules.is_host_library(name), rules.is_soft_library(name)) == (kind == "host", kind == "soft")


def test_the_data_of_languages_that_nobody_is_shown_is_left_out(bundling: Any) -> None:
    keeps = bundling.rules.keeps_data
    for kept in ("root", "en", "en_GB", "zh_Hans_CN", "zh_Hant_HK", "fr_CA", "ko", "es", "it"):
        assert keeps(f"babel/locale-data/{kept}.dat")
    for dropped in ("esu", "kok", "itx", "zgh", "sv"):
        assert not keeps(f"babel/locale-data/{dropped}.dat")
    from core import LANGUAGES

    assert all(keeps(f"babel/locale-data/{tag.partition('-')[0]}.dat") for tag in LANGUAGES)


COLLATE = """
import ctypes, sys
data, rest = sys.argv[1:3]
ctypes.CDLL(data, ctypes.RTLD_GLOBAL)
ctypes.CDLL(f"{rest}/libicuuc.so." + data.rpartition(".")[2], ctypes.RTLD_GLOBAL)
version = data.rpartition(".")[2]
icu, fault = ctypes.CDLL(f"{rest}/libicui18n.so.{version}"), ctypes.c_int(0)
begin, key = icu[f"ucol_open_{version}"], icu[f"ucol_getSortKey_{version}"]
begin.restype = ctypes.c_void_p
order = ctypes.c_void_p(begin(b"zh", ctypes.byref(fault)))
assert fault.value == 0, fault
def sorts(word):
    out = ctypes.create_string_buffer(64)
    length = key(order, word.encode("utf-16-le"), len(word), out, 64)
    return out.raw[:length]
print("".join(sorted("张李王阿", key=sorts)))
"""


@needs("gcc")
def test_icu_is_cut_to_the_languages_that_are_shown_and_still_sorts_chinese(bundling: Any, tmp_path: Path) -> None:
    import PySide6

    libraries = Path(PySide6.__file__).parent / "Qt" / "lib"
    found = next(libraries.glob("libicudata.so.*"), None)
    if found is None:
        pytest.skip("this Qt has no ICU of its own")
    data = found.read_bytes()
    header, held = bundling.icu.entries(data)
    whole = bundling.icu.package(header, held)
    assert whole in data, "what is written is what was read"
    kept = {name.partition("/")[2] for name in held if bundling.icu.keeps(name)}
    assert {"root.res", "pool.res", "zh.res", "zh_Hant_HK.res", "fr_CA.res", "coll/zh.res", "zone/ko.res"} <= kept
    assert not {"af.res", "coll/sv.res", "ibm-37_P100-1995.cnv", "unit/zh.res"} & kept
    made = bundling.icu.cut(found, tmp_path)
    assert made.stat().st_size < found.stat().st_size / 5
    assert run(sys.executable, "-c", COLLATE, made, libraries).strip() == "阿李王张"


def test_libraries_of_dropped_plugins_are_swept(bundling: Any) -> None:
    libmpv = Path("/usr/lib/x86_64-linux-gnu/libmpv.so.2")
    if not libmpv.exists() or not shutil.which("readelf"):
        pytest.skip("needs Debian's libmpv and binutils")
    folder = libmpv.parent
    entries = [(name, str(folder / name), "BINARY") for name in ("libmpv.so.2", "libass.so.9", "libsqlite3.so.0")]
    assert [entry[0] for entry in bundling.rules.swept(entries, ("libmpv",))] == ["libmpv.so.2", "libass.so.9"]


def test_the_bill_of_materials_names_what_is_carried_with_versions_and_licences(bundling: Any) -> None:
    import cryptography
    import PySide6
    import sqlalchemy

    sources = [Path(module.__file__ or "") for module in (PySide6, sqlalchemy, cryptography)]
    libmpv = Path("/usr/lib/x86_64-linux-gnu/libmpv.so.2")
    debian = libmpv.exists() and bool(shutil.which("dpkg"))
    components = bundling.contents.components([*sources, *([libmpv] if debian else [])])
    text = bundling.sbom.bill(components, __version__, 1_700_000_000)
    assert text == bundling.sbom.bill(reversed(components), __version__, 1_700_000_000)
    said = json.loads(text)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    named = {item["name"] for item in said["components"]}
    assert {"CPython", "Qt", "SQLite", "OpenSSL", "SQLAlchemy"} <= named
    assert not debian or {"libmpv", "libmpv2"} <= named
    for item in said["components"]:
        assert item["version"]
        assert item["purl"].startswith("pkg:")
        assert item["licenses"][0]["license"]["name"]


def test_every_licence_lies_beside_the_program(bundling: Any, tmp_path: Path) -> None:
    import jinja2
    import PySide6

    sources = [Path(module.__file__ or "") for module in (PySide6, jinja2)]
    silent = bundling.licences.gather(bundling.contents.components(sources), tmp_path)
    assert "BSD" in (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert list((tmp_path / "Jinja2").iterdir())
    assert "LGPL" in (tmp_path / "Qt" / "NOTICE.txt").read_text(encoding="utf-8")
    assert "Jinja2" not in silent


def test_archives_of_the_same_tree_are_the_same(bundling: Any, tmp_path: Path) -> None:
    sums = []
    for turn in ("one", "two"):
        folder = tmp_path / turn
        (folder / "a").mkdir(parents=True)
        (folder / "a" / "program").write_text("run")
        (folder / "a" / "program").chmod(0o700 if turn == "one" else 0o755)
        (folder / "link").symlink_to("a/program")
        bundling.trees.settle(folder, 1_700_000_000)
        bundling.trees.archive(folder, tmp_path / f"{turn}.tar.xz", "smart-cinema", 1_700_000_000)
        sums.append(bundling.trees.sums(folder))
    assert (tmp_path / "one.tar.xz").read_bytes() == (tmp_path / "two.tar.xz").read_bytes()
    assert bundling.trees.differences(*sums) == []
    assert (
        bundling.trees.differences(sums[0], sums[1].replace("a/program", "b/program"))
        == ["@link", "a/program", "b/program"][1:]
    )


@needs("dpkg-deb")
def test_debian_packages_of_the_same_bundle_are_the_same(
    bundling: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other folders, an other order of making, other times and rights: the package bears the commit's."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build = importlib.import_module("build")
    made = []
    for turn in ("one", "two"):
        folder = tmp_path / turn / "bundle"
        for name in ["smart-cinema", "_internal/b", "_internal/a", "debian-packages"][:: 1 if turn == "one" else -1]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("libc6\nlibgl1\n")
        (folder / "smart-cinema").chmod(0o700 if turn == "one" else 0o755)
        build.share(folder / "share")
        monkeypatch.setattr(build, "BUILD", tmp_path / turn)
        made.append(build.deb(folder, tmp_path / turn).read_bytes())
    assert made[0] == made[1]


@pytest.mark.skipif(sys.platform == "win32", reason="a bundle made of a script of sh")
@pytest.mark.parametrize(
    ("says", "status"),
    [
        ("true", 0),
        ("echo 'ALSA lib conf.c:4555: Cannot access file' >&2", 0),
        ("echo '[http] Opening http://127.0.0.1:41234/Zm9v/master.m3u8' >&2", 1),
        ("echo 'ALSA lib http://127.0.0.1:41234/Zm9v/master.m3u8' >&2", 1),
        ('mkdir -p "$7/logs"; echo http://127.0.0.1:41234/Zm9v/1.m4s >"$7/logs/smart-cinema.log"', 1),
    ],
)
def test_a_bundle_that_tells_the_gateway_s_address_is_not_accepted(
    bundling: Any, tmp_path: Path, says: str, status: int
) -> None:
    build = importlib.import_module("build")

    program = tmp_path / "smart-cinema"
    version = json.dumps({"version": __version__})
    program.write_text(f"#!/bin/sh\necho '{version}'\n[ \"$1\" != play ] || {{ {says}; }}\n", encoding="utf-8")
    program.chmod(0o755)
    assert build.check(tmp_path, tmp_path / "film", tmp_path / "home") == status


def test_the_manual_says_what_the_help_says(bundling: Any, tmp_path: Path) -> None:
    page = bundling.manual.write_manual(parser(), __version__)
    plain = page.replace("\\-", "-")
    for words in ("doctor", "update apply", "kiosk preflight", "--in-spite-of-quiet-times", __version__):
        assert words in plain
    if shutil.which("man"):
        (tmp_path / "page.1").write_text(page, encoding="utf-8")
        assert run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", tmp_path / "page.1").count("warning:") == 0


@needs("desktop-file-validate")
def test_the_desktop_entries_are_valid() -> None:
    assert run("desktop-file-validate", *sorted(PACKAGING.glob("*.desktop"))) == ""


def test_the_description_for_software_centres_is_of_this_version() -> None:
    page = ElementTree.parse(PACKAGING / "linux" / "smart_cinema.metainfo.xml").getroot()  # noqa: S314 - ours
    assert page.findtext("launchable") == "smart-cinema.desktop"
    release = page.find("releases/release")
    assert release is not None
    assert release.get("version") == __version__


@needs("appstreamcli")
def test_the_description_for_software_centres_is_valid() -> None:
    run("appstreamcli", "validate", "--no-net", PACKAGING / "linux" / "smart_cinema.metainfo.xml")


def test_the_flatpak_manifest_is_whole_and_of_this_version() -> None:
    path = PACKAGING / "flatpak" / "example.smart_cinema.cinema.yaml"
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert manifest["id"] == path.stem
    assert manifest["command"] == "smart-cinema"
    assert manifest["rename-desktop-file"] == "smart-cinema.desktop"
    assert {"--share=network", "--socket=wayland", "--talk-name=org.freedesktop.secrets"} <= set(
        manifest["finish-args"]
    )
    assert not [
        right
        for right in manifest["finish-args"]
        if right in ("--filesystem=home", "--filesystem=host", "--device=all")
    ]
    assert __version__ in manifest["modules"][0]["sources"][0]["path"]


def test_macos_is_told_of_our_links_and_the_app_s_rights_are_few() -> None:
    facts = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert facts["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["smartcinema"]
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert set(rights) == {"com.apple.security.cs.allow-unsigned-executable-memory", "com.apple.security.device.camera"}


def test_the_example_for_ci_says_nothing_that_is_not_there(bundling: Any) -> None:
    jobs = yaml.safe_load((PACKAGING / "ci" / "github.yml").read_text(encoding="utf-8"))["jobs"]
    assert set(jobs) == {"linux", "windows", "macos"}
    for job in jobs.values():
        lines = "\n".join(step.get("run", "") for step in job["steps"])
        for name in re.findall(r"(?:packaging/[\w./-]+|requirements[\w-]*\.lock)", lines):
            assert (ROOT / name).exists(), name
        for act in re.findall(r"build\.py (\w+)", lines):
            assert act in ("bundle", "twice", "deb", "tar", "check")
        assert {"bundle", "check"} <= set(re.findall(r"build\.py (\w+)", lines))
        assert "--require-hashes" in lines


@needs("makensis")
def test_the_windows_installer_compiles_without_a_warning_and_its_imports_are_read(tmp_path: Path) -> None:
    (tmp_path / "bundle" / "_internal").mkdir(parents=True)
    for name in ("smart-cinema.exe", "_internal/library.dll"):
        (tmp_path / "bundle" / name).write_bytes(b"stands for a file of the bundle")
    out = tmp_path / "smart-cinema-windows.exe"
    defined = [f"-DVERSION={__version__}", f"-DSOURCE={tmp_path / 'bundle'}", f"-DOUT={out}"]
    run("makensis", "-WX", "-V2", *defined, "smart-cinema.nsi", cwd=PACKAGING / "windows")
    said = run(sys.executable, PACKAGING / "windows" / "dll_imports.py", out)
    assert "kernel32.dll" in said


def test_a_file_that_is_no_library_of_windows_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING / "windows"))
    examine = importlib.import_module("dll_imports").examine
    for data in (b"", b"MZ", b"MZ" + bytes(100), b"\x7fELF" + bytes(200)):
        with pytest.raises(ValueError, match="PE file"):
            examine(data)


SCRIPTS = [
    ROOT / "cinema",
    *(path for path in PACKAGING.rglob("*") if path.is_file() and path.read_bytes()[:9] == b"#!/bin/sh"),
]


@needs("shellcheck")
def test_every_script_is_a_script_of_any_sh() -> None:
    assert {"sign.sh", "image.sh", "install.sh", "libmpv.sh", "start-kiosk"} <= {path.name for path in SCRIPTS}
    run("shellcheck", *SCRIPTS)
    assert all(path.stat().st_mode & 0o111 for path in SCRIPTS)


def test_the_kiosk_s_firewall_needs_no_list_of_protocols_and_its_windows_have_a_place_for_their_pictures() -> None:
    """Both were found by booting the image, in which /etc/protocols is missing and /tmp was read-only."""
    rules = (
        (PACKAGING / "kiosk" / "image.sh").read_text(encoding="utf-8").partition("<<RULES")[2].partition("\nRULES")[0]
    )
    assert "policy drop" in rules
    known = {"icmp", "icmpv6", "tcp", "udp"}  # by nft itself
    named = re.search(r"meta l4proto \{ (.*) \}", rules)
    assert named
    assert set(named[1].split(", ")) <= known
    unit = (PACKAGING / "kiosk" / "smart-cinema-kiosk.service").read_text(encoding="utf-8")
    assert "ProtectSystem=strict" not in unit or "PrivateTmp=yes" in unit


STUB = """#!/bin/sh
echo "$(basename "$0") $*" >>"$TOLD"
case "$*" in *apply*) printf '%s\\n' "$ANSWER"; case $ANSWER in *error*) exit 3 ;; esac ;; esac
"""


@pytest.mark.parametrize(
    ("answer", "status", "restarts"),
    [
        ('{"applied": null}', 0, False),
        ('{"applied": "0.2.0"}', 0, True),
        ('{"error": {"code": "update-kept-back"}}', 0, False),
        ('{"error": {"code": "update-refused"}}', 3, False),
    ],
)
def test_a_stick_with_a_version_is_staged_applied_and_started_and_another_is_left_alone(
    tmp_path: Path, answer: str, status: int, restarts: bool
) -> None:
    """A stand-in for the frozen program writes down what it is asked; `packaging/try_updates.py` asks the real one."""
    for name in ("smart-cinema", "systemctl"):
        (tmp_path / name).write_text(STUB)
        (tmp_path / name).chmod(0o755)
    told, films, stick = tmp_path / "told", tmp_path / "films", tmp_path / "stick"
    films.mkdir()
    (stick / "smart-cinema-updates" / "metadata").mkdir(parents=True)
    (tmp_path / "ledger.sqlite3").touch()
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin", "TOLD": str(told), "ANSWER": answer, "SMART_CINEMA": str(tmp_path / "smart-cinema"),
        "SMART_CINEMA_VENUE": str(tmp_path), "SMART_CINEMA_UPDATES": "/updates",
    }  # fmt: skip
    script = PACKAGING / "kiosk" / "update-from-stick"
    subprocess.run([script, films], env=environment, check=True)
    assert not told.exists()
    done = subprocess.run([script, stick], env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, f"{answer}\n", "")
    assert told.read_text().splitlines() == [
        f"smart-cinema --home /updates update stage --from {stick}/smart-cinema-updates",
        f"smart-cinema --home /updates --json update apply --venue {tmp_path}",
        *(["systemctl --no-block try-restart smart-cinema-kiosk.service"] if restarts else []),
    ]


def test_the_icons_are_of_their_sizes_and_all_there() -> None:
    import struct

    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        data = (PACKAGING / "icons" / f"smart-cinema-{size}.png").read_bytes()
        assert struct.unpack(">II", data[16:24]) == (size, size)
    assert (PACKAGING / "icons" / "smart-cinema.ico").read_bytes()[:4] == b"\0\0\1\0"
    assert (PACKAGING / "icons" / "smart-cinema.icns").read_bytes()[:4] == b"icns"
