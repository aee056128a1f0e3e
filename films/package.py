"""A package in short, for people and scripts."""

from films.manifest import Manifest, Rendition
from films.manifest_rules import all_files


def package_summary(manifest: Manifest) -> dict[str, object]:
    """Plain values for JSON or a table: identity, length, renditions, languages, sizes."""
    segments = [segment for rendition in (*manifest.video, *manifest.audio) for segment in rendition.segments]
    files = all_files(manifest)
    return {
        "package_id": manifest.package_id,
        "title_id": manifest.title_id,
        "kind": manifest.kind,
        "names": dict(manifest.names),
        "created": manifest.created,
        "running_time_ms": manifest.running_time_ms,
        "encrypted": bool(manifest.key_ids),
        "keys": len(manifest.key_ids),
        "video": [_picture(rendition) for rendition in manifest.video],
        "audio": [_sound(rendition) for rendition in manifest.audio],
        "subtitles": [track.tag for track in manifest.subtitles],
        "notes": [track.language for track in manifest.notes],
        "pictures": len(manifest.pictures),
        "shots": len(manifest.shots_ms),
        "segments": len(segments),
        "files": len(files),
        "size_bytes": sum(file.size_bytes for file in files),
    }


def _picture(rendition: Rendition) -> dict[str, object]:
    facts = rendition.video
    assert facts is not None  # noqa: S101 - the manifest's rules
    return {
        "id": rendition.id,
        "size": f"{facts.width}x{facts.height}",
        "fps": round(facts.fps_num / facts.fps_den, 3),
        "codecs": rendition.codecs,
        "average_kbps": rendition.average_bps // 1000,
    }


def _sound(rendition: Rendition) -> dict[str, object]:
    facts = rendition.audio
    assert facts is not None  # noqa: S101 - the manifest's rules
    return {
        "id": rendition.id,
        "language": rendition.language,
        "channels": facts.channels,
        "codecs": rendition.codecs,
        "loudness_lufs": facts.loudness_lufs,
    }
