"""Reading and writing ``manifest.json``, strictly: what is not understood is refused."""

import typing

from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import Json, dump_json, parse_json
from films.manifest import FORMAT, Manifest
from films.manifest_rules import check_rules

MANIFEST_LIMIT_BYTES = 8 << 20


def load_manifest(data: bytes) -> Manifest:
    """The manifest that these bytes describe. Raises `CinemaError` (package-malformed) with the place of the fault."""
    document = parse_json(data, MANIFEST_LIMIT_BYTES, Code.PACKAGE_MALFORMED, "The manifest")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CinemaError(Code.PACKAGE_MALFORMED, f"The manifest is not of the format {FORMAT}; update Smart Cinema.")
    fields = {name: value for name, value in document.items() if name != "format"}
    manifest = from_plain(fields, Manifest, "manifest")
    check_rules(manifest)
    return manifest


def dump_manifest(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.json``; the same manifest always gives the same bytes."""
    return dump_json({"format": FORMAT, **typing.cast("dict[str, Json]", to_plain(manifest))})
