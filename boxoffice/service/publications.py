"""Publishing films: a TOML file beside its package folders becomes titles, avails, sections and sealed keys."""

import hashlib
import logging
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from boxoffice.rules import UNLOCK_S, WATCH_S
from boxoffice.service import screenings
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import AvailRow, ContentKeyRow, PackageRow, SectionRow, SignerRow, TitleRow
from boxoffice.service.terms import avail_of
from boxoffice.service.wire import time_json
from core import CinemaError, Code, Money, SystemClock
from core.strict_json import parse_object
from films import MANIFEST_LIMIT_BYTES, Manifest, TrustedKeys, parse_notes, read_package_keys, verify_manifest

log = logging.getLogger(__name__)

PUBLICATION_BYTES = 4 << 20
SIGNATURE_BYTES = 1 << 16
SAMPLES_PER_LANGUAGE = 2
HOUSE_RULES = ("seek", "offline", "cast", "second_screen", "stills")


@dataclass(frozen=True)
class _Package:
    folder: Path
    manifest: Manifest
    sha256: str


def publish(config: ServiceConfig, publication: Path) -> None:
    """Publish what the TOML file describes, all of it or nothing; repeating it changes nothing.

    Raises `CinemaError`: package-unsigned, package-malformed, package-wrong for a film that does not fit, file-missing,
    file-unreadable, wrong-use for a description that lacks something.
    """
    document = _read_toml(publication)
    now = SystemClock().now()
    strongroom = Strongroom(config.data_dir)
    database = Database(config.database_url)
    try:
        signers = [_signer(one, publication.parent) for one in document["trusted"]]
        trusted = TrustedKeys.of(*signers)
        with database.write() as session:
            for jwk in signers:
                session.merge(SignerRow(key_id=str(jwk["kid"]), jwk=dict(jwk)))
            for title in document.get("title", []):
                _publish_title(session, title, publication.parent, trusted, strongroom, now)
            session.flush()
            _publish_sections(session, document.get("section", []))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CinemaError(Code.WRONG_USE, f"{publication.name} lacks or misstates something: {error!r}.") from error
    finally:
        database.close()
    log.info("published %d titles", len(document.get("title", [])))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(PUBLICATION_BYTES + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no publication {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The publication {path} cannot be read.") from error
    try:
        if len(data) > PUBLICATION_BYTES:
            msg = "too large"
            raise ValueError(msg)
        return tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, f"{path.name} is not a TOML publication: {error}.") from error


def _signer(said: object, beside: Path) -> dict[str, Any]:
    """A public key as the publication has it: written out, or the name of the file that ``package signer`` made."""
    if isinstance(said, str):
        return {**parse_object(_read(beside / said, SIGNATURE_BYTES), SIGNATURE_BYTES, Code.WRONG_USE, said)}
    if not isinstance(said, dict):
        raise TypeError(said)
    return said


def _open_package(folder: Path, trusted: TrustedKeys) -> _Package:
    data = _read(folder / "manifest.json", MANIFEST_LIMIT_BYTES)
    manifest = verify_manifest(data, _read(folder / "manifest.jws", SIGNATURE_BYTES), trusted)
    return _Package(folder.resolve(), manifest, hashlib.sha256(data).hexdigest())


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} cannot be read.") from error


def _publish_title(
    session: Session, title: dict[str, Any], beside: Path, trusted: TrustedKeys, strongroom: Strongroom, now: datetime
) -> None:
    title_id = _identifier(title["id"])
    feature = _open_package(beside / title["package"], trusted)
    if feature.manifest.title_id != title_id or feature.manifest.kind != "feature":
        raise CinemaError(Code.PACKAGE_WRONG, f"{feature.folder.name} is not the feature of {title_id}.")
    _store_package(session, feature)
    if feature.manifest.key_ids:
        _store_keys(session, feature, beside / title["keys"], strongroom)
    trailer_id = None
    if title.get("trailer"):
        trailer = _open_package(beside / title["trailer"], trusted)
        if trailer.manifest.kind != "trailer" or trailer.manifest.key_ids:
            raise CinemaError(Code.PACKAGE_WRONG, f"{trailer.folder.name} is not a clear trailer.")
        _store_package(session, trailer)
        trailer_id = trailer.manifest.package_id
    session.flush()
    session.merge(
        TitleRow(
            id=title_id,
            package_id=feature.manifest.package_id,
            trailer_id=trailer_id,
            running_time_ms=feature.manifest.running_time_ms,
            capacity=_capacity(title.get("capacity")),
            facts=_facts(title, feature),
        )
    )
    session.flush()
    session.execute(delete(AvailRow).where(AvailRow.title_id == title_id))
    session.add_all(_avail_row(title_id, place, avail) for place, avail in enumerate(title["avail"]))
    session.flush()
    for screening in title.get("screening", []):
        screenings.put(session, screenings.plan_of(title_id, screening), now)


def _store_package(session: Session, package: _Package) -> None:
    session.merge(
        PackageRow(
            id=_identifier(package.manifest.package_id),
            title_id=package.manifest.title_id,
            kind=package.manifest.kind,
            folder=str(package.folder),
            manifest_sha256=package.sha256,
        )
    )


def _store_keys(session: Session, package: _Package, path: Path, strongroom: Strongroom) -> None:
    package_id, keys = read_package_keys(path)
    if package_id != package.manifest.package_id:
        raise CinemaError(Code.PACKAGE_WRONG, f"{path.name} holds the keys of another package.")
    missing = package.manifest.key_ids - keys.keys()
    if missing:
        raise CinemaError(Code.KEY_MISSING, f"{path.name} lacks {len(missing)} of the package's keys.")
    session.flush()
    session.execute(delete(ContentKeyRow).where(ContentKeyRow.package_id == package_id))
    session.add_all(
        ContentKeyRow(package_id=package_id, key_id=key_id, sealed=strongroom.seal(keys[key_id], package_id, key_id))
        for key_id in sorted(package.manifest.key_ids)
    )


def _facts(title: dict[str, Any], feature: _Package) -> dict[str, Any]:
    manifest = feature.manifest
    rules = title.get("house_rules", {})
    posters = {Path(file.path).stem: file.path for file in manifest.posters}
    return {
        "eidr": title.get("eidr", manifest.eidr),
        "names": _words(title["names"]),
        "original_name": str(title["original_name"]),
        "synopsis": _words(title["synopsis"]),
        "tagline": _words(title.get("tagline", {})),
        "directors": [_words(words) for words in title.get("directors", [])],
        "countries": [str(code) for code in title["countries"]],
        "year": int(title["year"]),
        "spoken": [str(tag) for tag in title["spoken"]],
        "subtitles": sorted({track.tag for track in manifest.subtitles}),
        "notes": _notes(feature),
        "poster": posters.get("poster", "poster/poster.jpg"),
        "backdrop": posters.get("backdrop", "poster/backdrop.jpg"),
        "house_rules": {
            **{name: bool(rules.get(name)) for name in HOUSE_RULES},
            "replay_percent": _replay_percent(rules.get("replay_percent")),
        },
        "accent": str(title.get("accent", "#e0a458")),
    }


def _notes(feature: _Package) -> dict[str, Any]:
    count = 0
    sample = []
    for track in feature.manifest.notes:
        data = _read(feature.folder / track.file.path, track.file.size_bytes)
        if hashlib.sha256(data).hexdigest() != track.file.sha256:
            raise CinemaError(Code.PACKAGE_WRONG, f"{track.file.path} is not the file that its manifest describes.")
        notes = parse_notes(data).notes
        count = max(count, len(notes))
        sample += [
            {"language": track.language, "topic": note.topic, "title": note.title, "body": note.body}
            for note in notes[:SAMPLES_PER_LANGUAGE]
        ]
    return {
        "languages": sorted({track.language for track in feature.manifest.notes}),
        "count": count,
        "commentators": [
            {"id": one.id, "name": dict(one.name), "role": dict(one.role)} for one in feature.manifest.commentators
        ],
        "sample": sample,
    }


def _avail_row(title_id: str, place: int, avail: dict[str, Any]) -> AvailRow:
    price = Money(int(avail["price"]["minor"]), str(avail["price"]["currency"]))
    row = AvailRow(
        title_id=title_id,
        position=place,
        territories=sorted(str(code) for code in avail["territories"]),
        start=str(avail["start"]),
        end=str(avail["end"]),
        preorder_from=str(avail["preorder_from"]) if avail.get("preorder_from") else None,
        zone=str(avail["zone"]),
        minor=price.minor,
        currency=price.currency,
        unlock_s=int(avail.get("unlock_s", UNLOCK_S)),
        watch_s=int(avail.get("watch_s", WATCH_S)),
        except_territories=sorted(str(code) for code in avail.get("except_territories", [])),
        announced_from=str(avail["announced_from"]) if avail.get("announced_from") else None,
        tier=str(avail.get("tier", "")),
    )
    avail_of(row)  # raises where it makes no sense
    return row


def _publish_sections(session: Session, sections: list[dict[str, Any]]) -> None:
    session.execute(delete(SectionRow))
    for place, section in enumerate(sections):
        if section["kind"] not in {"now", "festival", "coming"}:
            raise CinemaError(Code.WRONG_USE, "A section is now, festival or coming.")
        titles = [str(title_id) for title_id in section["titles"]]
        if any(session.get(TitleRow, title_id) is None for title_id in titles):
            raise CinemaError(Code.WRONG_USE, f"The section {section['id']} names a title that is not published.")
        zone = str(section.get("zone", "Europe/Berlin"))
        facts = {
            "id": _identifier(section["id"]),
            "kind": section["kind"],
            "names": _words(section["names"]),
            "about": _words(section.get("about", {})),
            "title_ids": titles,
            "starts": _moment(section.get("starts"), zone),
            "ends": _moment(section.get("ends"), zone),
        }
        session.add(SectionRow(id=facts["id"], position=place, facts=facts))


def _capacity(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise CinemaError(Code.WRONG_USE, "A capacity is a number of tickets, at least 1.")


def _replay_percent(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000):
        return value
    raise CinemaError(Code.WRONG_USE, "replay_percent is how much of the film may be seen again, 0 to 1000.")


def _moment(text: object, zone: str) -> str | None:
    if text is None:
        return None
    wall = datetime.fromisoformat(str(text))
    return time_json(wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone)))


def _words(document: dict[str, Any]) -> dict[str, str]:
    return {str(tag): str(text) for tag, text in document.items()}


def _identifier(text: object) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= 100 or not text.replace("-", "").replace("_", "").isalnum():
        raise CinemaError(Code.WRONG_USE, f"{text!r} cannot be an id: letters, digits and dashes only.")
    if not text.isascii():
        raise CinemaError(Code.WRONG_USE, f"{text!r} cannot be an id: letters, digits and dashes only.")
    return text
