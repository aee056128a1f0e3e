"""Words of the interface's catalogues for pages and paper, in any language, without Qt."""

from functools import cache

from core import LANGUAGES, pick_language
from ui.messages import message_context, read_catalogue
from ui.translator import catalogue_path


class CatalogueWords:
    """Words in one language; English where the interface does not have it."""

    def __init__(self, language: str) -> None:
        self.tag = pick_language(list(LANGUAGES), language) or "en"

    def pgettext(self, context: str, text: str) -> str:
        """One message of the interface's catalogues."""
        return _messages(self.tag).get((context, text)) or text


@cache
def _messages(tag: str) -> dict[tuple[str, str], str]:
    catalogue = read_catalogue(catalogue_path(tag))
    return {
        (message_context(message.context or "", None), message.id): message.string
        for message in catalogue
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id
    }
