"""Stage four: texts, posters, playlists and the manifest, around the sealed renditions."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from core import Cancel, SystemClock
from films.manifest import AudioFacts, FileRef, Manifest, Rendition, TextTrack, Thumbnails, VideoFacts
from films.manifest_rules import NOTES
from films.mastering.encode import Encoded
from films.mastering.encrypt import Sealed, file_ref
from films.mastering.ladder import Step
from films.mastering.options import MasterOptions
from films.mastering.pictures import Pictures, place_poster
from films.mastering.playlists import write_playlists
from films.mastering.probe import SourceFacts
from films.mastering.sounds import Sound
from films.mastering.texts import TextFile


def describe_renditions(
    facts: SourceFacts, steps: Sequence[Step], sounds: Sequence[Sound], encoded: Encoded, sealed: Sealed
) -> tuple[tuple[Rendition, ...], tuple[Rendition, ...]]:
    """The manifest's account of the pictures and of the sound."""
    video: list[Rendition] = []
    audio: list[Rendition] = []
    for described, kept in zip(encoded.renditions, sealed.renditions, strict=True):
        track, segments = described.track, kept.segments
        length_ms = sum(segment.duration_ms for segment in segments)
        average = round(sum(segment.file.size_bytes for segment in segments) * 8000 / length_ms)
        peak = max(average, *(round(item.file.size_bytes * 8000 / item.duration_ms) for item in segments))
        if track.kind == "video":
            step = steps[len(video)]
            picture = VideoFacts(step.width, step.height, facts.fps.numerator, facts.fps.denominator, "bt709")
            video.append(Rendition(step.rung.id, track.codecs, peak, average, kept.init, segments, video=picture))
        else:
            sound = sounds[len(audio)]
            loudness = None if audio else encoded.loudness_lufs
            audio.append(
                Rendition(
                    sound.id,
                    track.codecs,
                    peak,
                    average,
                    kept.init,
                    segments,
                    audio=AudioFacts(track.channels, track.sample_rate_hz, loudness),
                    language=sound.language,
                    role=sound.role,
                )
            )
    return tuple(video), tuple(audio)


def place_texts(package: Path, folder: str, texts: Sequence[TextFile]) -> tuple[TextTrack, ...]:
    """Write subtitles or notes into ``folder`` of the package."""
    if texts:
        (package / folder).mkdir()
    tracks = []
    for text in texts:
        (package / text.path).write_bytes(text.data)
        commentator = text.commentators[0].id if text.commentators else None
        tracks.append(TextTrack(file_ref(package, text.path), text.language, commentator, text.role))
    return tuple(tracks)


def place_pictures(package: Path, texts: Sequence[TextFile]) -> tuple[FileRef, ...]:
    """Write the pictures of the notes beside them, each once."""
    pictures = {name.lower(): (name, data) for text in texts for name, data in text.pictures.items()}
    placed = []
    for name, data in (pictures[key] for key in sorted(pictures)):
        (package / NOTES / name).write_bytes(data)
        placed.append(file_ref(package, f"{NOTES}/{name}"))
    return tuple(placed)


def place_posters(package: Path, options: MasterOptions, cancel: Cancel) -> tuple[FileRef, ...]:
    """Write the poster and the backdrop, where there are some."""
    placed = []
    for name, picture in (("poster", options.poster), ("backdrop", options.backdrop)):
        if picture is not None:
            place_poster(picture, package / "poster" / f"{name}.jpg", cancel)
            placed.append(file_ref(package, f"poster/{name}.jpg"))
    return tuple(placed)


def assemble(
    package: Path,
    options: MasterOptions,
    *,
    video: tuple[Rendition, ...],
    audio: tuple[Rendition, ...],
    pictures: Pictures,
    subtitles: Sequence[TextFile],
    notes: Sequence[TextFile],
    cancel: Cancel,
) -> Manifest:
    """Write everything that surrounds the renditions; returns the manifest, which is not written yet."""
    running_time_ms = sum(segment.duration_ms for segment in video[0].segments)
    subtitle_tracks = place_texts(package, "subtitles", subtitles)
    note_tracks = place_texts(package, NOTES, notes)
    note_pictures = place_pictures(package, notes)
    posters = place_posters(package, options, cancel)
    playlists = write_playlists(package, video, audio, subtitle_tracks, running_time_ms)
    people = {person.id: person for text in notes for person in text.commentators}
    sheets = tuple(file_ref(package, f"thumbs/{number:02d}.jpg") for number in range(1, pictures.sheets + 1))
    return Manifest(
        package_id=options.package_id,
        title_id=options.title_id,
        kind=options.kind,
        created=options.created or SystemClock().now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        running_time_ms=running_time_ms,
        names=dict(options.names),
        video=video,
        audio=audio,
        subtitles=subtitle_tracks,
        notes=note_tracks,
        commentators=tuple(people.values()),
        thumbnails=Thumbnails(file_ref(package, "thumbs/thumbs.vtt"), sheets),
        pictures=note_pictures,
        posters=posters,
        playlists=tuple(file_ref(package, path) for path in playlists),
        shots_ms=tuple(time for time in pictures.shots_ms if time <= running_time_ms),
        eidr=options.eidr,
        extra=dict(options.extra),
    )
