"""How it is shown: libmpv, the stream gateway, cues on time."""

from player.cues import Track
from player.drawing import Choice, Drawing, choose_drawing, gl_renderer
from player.feature import Feature
from player.foreign import foreign_feature, local_feature
from player.gateway import Conditions
from player.library import libmpv_version
from player.origins import DirectoryOrigin, HttpOrigin
from player.player import Player
from player.presentation import Fetch, KeySource, Presentation
from player.report import play_hidden, play_report, play_shown
from player.state import Diagnostics, PlayerState, Status
from player.video_item import VideoItem

__all__ = [
    "Choice",
    "Conditions",
    "Diagnostics",
    "DirectoryOrigin",
    "Drawing",
    "Feature",
    "Fetch",
    "HttpOrigin",
    "KeySource",
    "Player",
    "PlayerState",
    "Presentation",
    "Status",
    "Track",
    "VideoItem",
    "choose_drawing",
    "foreign_feature",
    "gl_renderer",
    "libmpv_version",
    "local_feature",
    "play_hidden",
    "play_report",
    "play_shown",
]
