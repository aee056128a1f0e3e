"""``main.py package``: what a film package holds, and whether it is right."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from app.paths import Paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from films import PackageReport, TrustedKeys


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("package", parents=[common], help="look into film packages")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    check = steps.add_parser("check", parents=[common], help="verify a package: errors, warnings, what is right")
    check.add_argument("package", type=Path, metavar="DIR", help="the film package")
    check.add_argument("--keys", type=Path, metavar="FILE", help="its content keys; by default DIR.keys.json if there")
    check.add_argument("--trust", type=Path, action="append", default=[], metavar="JWK", help="a signer's public key")
    check.set_defaults(handler=handle_check)
    show = steps.add_parser("show", parents=[common], help="what a package says about itself")
    show.add_argument("package", type=Path, metavar="DIR", help="the film package")
    signer = steps.add_parser("signer", parents=[common], help="the public key that signs what is mastered here")
    signer.set_defaults(handler=handle_signer)
    show.set_defaults(handler=handle_show)


def trusted(paths: Paths, files: list[Path]) -> "TrustedKeys":
    """The keys whose signatures count here: this machine's own, and those named."""
    from films import SigningKey, TrustedKeys

    keys = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    if paths.signing_key.exists() or not keys:
        keys.append(SigningKey.load_or_create(paths.signing_key).public_jwk)
    return TrustedKeys.of(*keys)


def keys_beside(package: Path, named: Path | None) -> Path | None:
    """The key file that was named, or the one that mastering left beside the package."""
    beside = package.resolve().with_name(package.resolve().name + ".keys.json")
    return named or (beside if beside.exists() else None)


def handle_check(options: argparse.Namespace, console: Console) -> int:
    """Verify a package: 0 right, 1 wrong."""
    from core import Cancel
    from films import check_package, read_keys

    keys_file = keys_beside(options.package, options.keys)
    report = check_package(
        options.package,
        trusted(Paths.of_this_user(options.home), options.trust),
        read_keys(keys_file) if keys_file else None,
        console.progress,
        Cancel(),
    )
    said, lines = findings_said(report)
    wrong = len(report.errors)
    verdict = "This package is right." if not wrong else f"This package is wrong: {wrong} error{'s' * (wrong != 1)}."
    console.result(
        {
            "ok": not wrong,
            **said,
        },
        "\n".join([*lines, verdict]),
    )
    return 1 if wrong else 0


def findings_said(report: "PackageReport") -> tuple[dict[str, object], list[str]]:
    """What a check found, for machines and as lines for people."""
    groups = {"errors": report.errors, "warnings": report.warnings, "good": report.good}
    lines = [
        f"{mark} {finding.message}" + (f"  ({finding.path})" if finding.path else "")
        for mark, group in (("✗", "errors"), ("!", "warnings"), ("✓", "good"))
        for finding in groups[group]
    ]
    said = {
        group: [{"code": item.code, "message": item.message, "path": item.path} for item in findings]
        for group, findings in groups.items()
    }
    return {**said}, lines


def handle_show(options: argparse.Namespace, console: Console) -> int:
    """Say what a package holds, without verifying it."""
    from core import CinemaError, Code
    from films import load_manifest, package_summary

    try:
        data = (options.package / "manifest.json").read_bytes()
    except OSError as error:
        raise CinemaError(
            Code.FILE_MISSING, f"{options.package} has no readable manifest.json; name a film package's folder."
        ) from error
    summary = package_summary(load_manifest(data))
    width = max(len(key) for key in summary)
    console.result(
        summary, "\n".join(f"{key.replace('_', ' '):<{width}}  {_plain(value)}" for key, value in summary.items())
    )
    return 0


def handle_signer(options: argparse.Namespace, console: Console) -> int:
    """Say the key that packages of this machine are trusted by, made now where there is none yet."""
    from films import SigningKey

    key = SigningKey.load_or_create(Paths.of_this_user(options.home).signing_key).public_jwk
    console.result(dict(key), json.dumps(key))
    return 0


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(
            _plain(item) if not isinstance(item, dict) else " ".join(map(str, item.values())) for item in value
        )
    return str(value)
