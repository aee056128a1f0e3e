"""Settings: every choice holds at once and is found again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Slot

from core import LANGUAGES
from ui.captions import FIRST, SECOND, card
from ui.formats import language_name
from ui.preferences import Preferences
from ui.props import showing
from ui.viewer.cards import territory_name
from ui.viewer.renewing import Renewing
from ui.viewer.services import Services

TERRITORIES = ("DE", "AT", "CH", "IT", "ES", "FR", "GB", "US", "CA", "KR", "TW", "HK", "AU", "NZ", "SG", "MY")
TEXT_LANGUAGES = ("en", "zh-Hans", "zh-Hant", "es", "it", "ko", "fr")
AUTOMATIC = ""


@dataclass(frozen=True)
class ReportState:
    """How far the report for support is."""

    saving: bool = False
    path: str = ""
    error: str = ""


@dataclass(frozen=True)
class SettingsProps:
    """What QML shows; the lists hold ``value`` and ``text``."""

    language: str
    languages: tuple[object, ...]
    territory: str
    territories: tuple[object, ...]
    subtitles_on: bool
    subtitle_language: str
    notes_on: bool
    notes_language: str
    text_languages: tuple[object, ...]
    caption_scale: float
    captions: object
    second_captions: object
    quality: str
    metered: bool
    hardware_decoding: bool
    reduced_motion: bool
    look: str
    matches_refresh: bool
    match_refresh: bool
    deters_capture: bool
    version: str
    renews_itself: bool
    """Whether this copy can."""
    renews: bool
    new_version: str
    """The one that starts with the next launch, or empty."""
    version_refused: bool
    """Whether the one that was offered last was not taken."""
    settings_aside: str
    unwritable: str
    saving_report: bool
    report: str
    """Where the report for support lies, once it is written."""
    report_error: str


def derive_settings(
    preferences: Preferences, services: Services, report: ReportState | None = None, renewing: Renewing | None = None
) -> SettingsProps:
    """The choices, and what can be chosen, in the interface language."""
    formats, report = services.formats, report or ReportState()
    territories = sorted(
        ({"value": code, "text": territory_name(code, formats)} for code in TERRITORIES), key=lambda item: item["text"]
    )
    return SettingsProps(
        language=services.language,
        languages=tuple({"value": tag, "text": name} for tag, name in LANGUAGES.items()),
        territory=preferences.territory or AUTOMATIC,
        territories=tuple(territories),
        subtitles_on=preferences.subtitles_on,
        subtitle_language=preferences.subtitle_language or AUTOMATIC,
        notes_on=preferences.notes_on,
        notes_language=preferences.notes_language or AUTOMATIC,
        text_languages=tuple({"value": tag, "text": language_name(tag, formats.language)} for tag in TEXT_LANGUAGES),
        caption_scale=preferences.caption_scale,
        captions=card(preferences.captions),
        second_captions=card(preferences.second_captions),
        quality=preferences.quality,
        metered=services.metered(),
        hardware_decoding=preferences.hardware_decoding,
        reduced_motion=preferences.reduced_motion,
        look=preferences.look,
        matches_refresh=services.matches_refresh,
        match_refresh=preferences.match_refresh,
        deters_capture=services.deters_capture,
        version=services.version,
        renews_itself=services.renew is not None,
        renews=preferences.renews,
        new_version=renewing.found.version if renewing and renewing.found else "",
        version_refused=renewing is not None and renewing.refused,
        settings_aside=services.settings_aside,
        unwritable=services.unwritable,
        saving_report=report.saving,
        report=report.path,
        report_error=report.error,
    )


class SettingsViewModel(showing(SettingsProps)):  # type: ignore[misc]
    """Changes preferences; ``changed`` is told which one."""

    def __init__(
        self,
        services: Services,
        changed: Callable[[str], None],
        played: Callable[[], Mapping[str, object]],
        renewing: Renewing | None = None,
    ) -> None:
        super().__init__(derive_settings(services.preferences.current, services, renewing=renewing))
        self._services = services
        self._changed = changed
        self._played = played
        self._renewing = renewing
        self._report = ReportState()

    def relabel(self) -> None:
        """Show what holds now."""
        chosen = self._services.preferences.current
        self.show(derive_settings(chosen, self._services, self._report, self._renewing))

    @Slot(str)
    def set_language(self, tag: str) -> None:
        """The interface language, at once."""
        self._set("language", tag)

    @Slot(str)
    def set_territory(self, code: str) -> None:
        """Where the viewer is; empty lets the box office decide."""
        self._set("territory", code or None)

    @Slot(bool)
    def set_subtitles_on(self, on: bool) -> None:
        """Whether films begin with subtitles."""
        self._set("subtitles_on", on)

    @Slot(str)
    def set_subtitle_language(self, tag: str) -> None:
        """Empty follows the interface language."""
        self._set("subtitle_language", tag or None)

    @Slot(bool)
    def set_notes_on(self, on: bool) -> None:
        """Whether films begin with commentator notes."""
        self._set("notes_on", on)

    @Slot(str)
    def set_notes_language(self, tag: str) -> None:
        """Empty follows the interface language."""
        self._set("notes_language", tag or None)

    @Slot(float)
    def set_caption_scale(self, scale: float) -> None:
        """Size of subtitles and notes, 0.75 to 2."""
        self._set("caption_scale", min(2.0, max(0.75, round(scale, 2))))

    @Slot(bool, str, "QVariant")
    def set_caption(self, second: bool, name: str, value: object) -> None:
        """One choice of the look of the first or the second line of subtitles."""
        line = "second_captions" if second else "captions"
        self._set(line, getattr(self._services.preferences.current, line).having(name, value))

    @Slot(bool)
    def reset_captions(self, second: bool) -> None:
        """The look as it was made."""
        self._set("second_captions" if second else "captions", SECOND if second else FIRST)

    @Slot(str)
    def set_quality(self, quality: str) -> None:
        """``auto``, ``best`` or ``saver``."""
        self._set("quality", quality)

    @Slot(bool)
    def set_hardware_decoding(self, on: bool) -> None:
        """Used from the next start of the player."""
        self._set("hardware_decoding", on)

    @Slot(bool)
    def set_match_refresh(self, on: bool) -> None:
        """In full screen, the screen's refresh rate follows the film."""
        self._set("match_refresh", on)

    @Slot(bool)
    def set_reduced_motion(self, on: bool) -> None:
        """No movement that is only for show."""
        self._set("reduced_motion", on)

    @Slot(str)
    def set_look(self, look: str) -> None:
        """``dark``, ``light`` or ``system``."""
        self._set("look", look)

    @Slot(bool)
    def set_renews(self, on: bool) -> None:
        """Newer versions are put in place without asking."""
        self._set("renews", on)

    @Slot()
    def show_settings_aside(self) -> None:
        """Open the folder of the settings that could not be read."""
        if self._services.settings_aside:
            self._services.open_url(Path(self._services.settings_aside).parent.as_uri())

    @Slot()
    def save_report(self) -> None:
        """Write a report for support."""
        if not self._report.saving:
            played = self._played()
            self._report_is(ReportState(saving=True))
            self._services.jobs.run(
                lambda _cancel: self._services.save_report(played),
                lambda path: self._report_is(ReportState(path=path)),
                lambda error: self._report_is(ReportState(error=error.code)),
            )

    @Slot()
    def show_report(self) -> None:
        """Open the folder that the report lies in."""
        if self._report.path:
            self._services.open_url(Path(self._report.path).parent.as_uri())

    def _report_is(self, report: ReportState) -> None:
        self._report = report
        self.relabel()

    def _set(self, name: str, value: object) -> None:
        if getattr(self._services.preferences.current, name) == value:
            return
        self._services.preferences.change(**{name: value})
        self._changed(name)
        self.relabel()
