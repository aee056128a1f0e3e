"""What is shown: the film package, mastering, subtitles, commentator notes."""

from films.check import check_package
from films.findings import Finding, NotesReport, PackageReport
from films.keybox import keys_path, read_keys, read_package_keys, write_keys
from films.manifest import (
    FORMAT,
    AudioFacts,
    Commentator,
    FileRef,
    Kind,
    Manifest,
    Rendition,
    Segment,
    TextTrack,
    Thumbnails,
    VideoFacts,
)
from films.manifest_file import MANIFEST_LIMIT_BYTES, dump_manifest, load_manifest
from films.manifest_rules import all_files
from films.mastering import (
    FAST_LADDER,
    FULL_LADDER,
    FrameSource,
    MasterOptions,
    PixelFormat,
    Rung,
    ffmpeg_path,
    master,
)
from films.notes import TOPICS, Depth, GlossaryEntry, Note, NoteTrack, check_notes, dump_notes, parse_notes
from films.package import package_summary
from films.safe_paths import is_safe_path
from films.segment_cipher import CipherError, decrypt_segment, encrypt_segment
from films.signing import SigningKey, TrustedKeys, sign_manifest, verify_manifest
from films.subtitles import Cue, dump_subtitles, parse_subrip, parse_subtitles
from films.thumbnails import Thumbnail, dump_thumbnails, parse_thumbnails

__all__ = [
    "FAST_LADDER",
    "FORMAT",
    "FULL_LADDER",
    "MANIFEST_LIMIT_BYTES",
    "TOPICS",
    "AudioFacts",
    "CipherError",
    "Commentator",
    "Cue",
    "Depth",
    "FileRef",
    "Finding",
    "FrameSource",
    "GlossaryEntry",
    "Kind",
    "Manifest",
    "MasterOptions",
    "Note",
    "NoteTrack",
    "NotesReport",
    "PackageReport",
    "PixelFormat",
    "Rendition",
    "Rung",
    "Segment",
    "SigningKey",
    "TextTrack",
    "Thumbnail",
    "Thumbnails",
    "TrustedKeys",
    "VideoFacts",
    "all_files",
    "check_notes",
    "check_package",
    "decrypt_segment",
    "dump_manifest",
    "dump_notes",
    "dump_subtitles",
    "dump_thumbnails",
    "encrypt_segment",
    "ffmpeg_path",
    "is_safe_path",
    "keys_path",
    "load_manifest",
    "master",
    "package_summary",
    "parse_notes",
    "parse_subrip",
    "parse_subtitles",
    "parse_thumbnails",
    "read_keys",
    "read_package_keys",
    "sign_manifest",
    "verify_manifest",
    "write_keys",
]
