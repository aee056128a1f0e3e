"""The few words of a booklet's own, in any language that the interface has."""

from ui.catalogue_words import CatalogueWords


class BookletWords(CatalogueWords):
    """Words in one language; English where the interface does not have it."""

    @property
    def about(self) -> str:
        """Below the film's name."""
        return self.pgettext("Booklet", "Notes on the film")

    @property
    def glossary(self) -> str:
        """Above the terms."""
        return self.pgettext("Booklet", "Words")

    @property
    def written_by(self) -> str:
        """Before the commentators' names."""
        return self.pgettext("Booklet", "Written by")

    @property
    def sources(self) -> str:
        """Before a note's sources."""
        return self.pgettext("Booklet", "Sources")

    @property
    def missed(self) -> str:
        """Beside a note that the reader has not had on screen."""
        return self.pgettext("Booklet", "not on your screen")

    @property
    def empty(self) -> str:
        """Where there is no note to print."""
        return self.pgettext("Booklet", "This film has no notes that can be printed.")

    def topic(self, topic: str) -> str:
        """A note's topic, as the player says it."""
        return self.pgettext("Words", topic.capitalize())
