"""How it is shown: libmpv, the stream gateway, cues on time."""

from typing import TYPE_CHECKING

from core.lazy import lazily

if TYPE_CHECKING:
    from player.chapters import chapter_from, chapter_starts
    from player.chimes import Chimes
    from player.cues import Track
    from player.drawing import Choice, Drawing, choose_drawing, gl_renderer
    from player.feature import Feature, feature_of
    from player.foreign import foreign_feature, local_feature
    from player.gateway import Conditions, Quality
    from player.library import has_sound, libmpv_version
    from player.origins import DirectoryOrigin, HttpOrigin
    from player.pathways import Pathways
    from player.player import Player
    from player.presentation import Fetch, KeySource, Presentation, Received
    from player.report import Wishes, play_hidden, play_report, play_shown
    from player.state import Diagnostics, PlayerState, Speakers, Status
    from player.video_item import VideoItem

__all__ = [
    "Chimes",
    "Choice",
    "Conditions",
    "Diagnostics",
    "DirectoryOrigin",
    "Drawing",
    "Feature",
    "Fetch",
    "HttpOrigin",
    "KeySource",
    "Pathways",
    "Player",
    "PlayerState",
    "Presentation",
    "Quality",
    "Received",
    "Speakers",
    "Status",
    "Track",
    "VideoItem",
    "Wishes",
    "chapter_from",
    "chapter_starts",
    "choose_drawing",
    "feature_of",
    "foreign_feature",
    "gl_renderer",
    "has_sound",
    "libmpv_version",
    "local_feature",
    "play_hidden",
    "play_report",
    "play_shown",
]

__getattr__ = lazily(
    __name__,
    {
        "Chimes": "chimes",
        "Choice": "drawing",
        "Conditions": "gateway",
        "Diagnostics": "state",
        "DirectoryOrigin": "origins",
        "Drawing": "drawing",
        "Feature": "feature",
        "Fetch": "presentation",
        "HttpOrigin": "origins",
        "KeySource": "presentation",
        "Pathways": "pathways",
        "Player": "player",
        "PlayerState": "state",
        "Presentation": "presentation",
        "Received": "presentation",
        "Quality": "gateway",
        "Speakers": "state",
        "Status": "state",
        "Track": "cues",
        "VideoItem": "video_item",
        "Wishes": "report",
        "chapter_from": "chapters",
        "chapter_starts": "chapters",
        "choose_drawing": "drawing",
        "feature_of": "feature",
        "foreign_feature": "foreign",
        "gl_renderer": "drawing",
        "libmpv_version": "library",
        "local_feature": "foreign",
        "play_hidden": "report",
        "play_report": "report",
        "play_shown": "report",
        "has_sound": "library",
    },
)
