"""The box office as a viewer or a kiosk reaches it. `BoxOffice` is the one way in; it blocks and is thread-safe."""

from typing import TYPE_CHECKING

from core.lazy import lazily

if TYPE_CHECKING:
    from boxoffice.client.boxoffice import BoxOffice
    from boxoffice.client.downloads import Download, Downloads, KeptFilm
    from boxoffice.client.keystore import KeyStore, OsKeyStore, SessionKeyStore, choose_keystore
    from boxoffice.client.model import (
        Account,
        Catalogue,
        Device,
        HouseRules,
        IssuedLicence,
        NotesCommentator,
        NotesOffer,
        Offer,
        OfferState,
        Order,
        OrderState,
        PackageRef,
        Play,
        Reason,
        SampleNote,
        Section,
        SectionKind,
        SignedIn,
        Ticket,
        TicketState,
        Title,
    )
    from boxoffice.client.provider import DeviceCodes

__all__ = [
    "Account",
    "BoxOffice",
    "Catalogue",
    "Device",
    "DeviceCodes",
    "Download",
    "Downloads",
    "HouseRules",
    "IssuedLicence",
    "KeptFilm",
    "KeyStore",
    "NotesCommentator",
    "NotesOffer",
    "Offer",
    "OfferState",
    "Order",
    "OrderState",
    "OsKeyStore",
    "PackageRef",
    "Play",
    "Reason",
    "SampleNote",
    "Section",
    "SectionKind",
    "SessionKeyStore",
    "SignedIn",
    "Ticket",
    "TicketState",
    "Title",
    "choose_keystore",
]

__getattr__ = lazily(
    __name__,
    {
        "Account": "model",
        "BoxOffice": "boxoffice",
        "Download": "downloads",
        "Downloads": "downloads",
        "IssuedLicence": "model",
        "KeptFilm": "downloads",
        "Catalogue": "model",
        "Device": "model",
        "DeviceCodes": "provider",
        "HouseRules": "model",
        "KeyStore": "keystore",
        "NotesCommentator": "model",
        "NotesOffer": "model",
        "Offer": "model",
        "OfferState": "model",
        "Order": "model",
        "OrderState": "model",
        "OsKeyStore": "keystore",
        "PackageRef": "model",
        "Play": "model",
        "Reason": "model",
        "SampleNote": "model",
        "Section": "model",
        "SectionKind": "model",
        "SessionKeyStore": "keystore",
        "SignedIn": "model",
        "Ticket": "model",
        "TicketState": "model",
        "Title": "model",
        "choose_keystore": "keystore",
    },
)
