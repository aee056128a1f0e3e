"""A language that nobody speaks: English with accents, longer by 40 %, which shows what does not fit."""

import re

from babel.messages.catalog import Catalog

_KEPT = re.compile(r"%L?(?:\d+|n)|\{\w+\}|<[^>]*>|&\w+;")
_ACCENTS = str.maketrans("AEIOUaeiouCNSYZcnsyz", "ÅÉÎÖÛåéîöûÇÑŠÝŽçñšýž")
LONGER = 0.4
FILLING = "łörém ïpšùm "
OPEN, SHUT = "⟦", "⟧"


def pseudo_text(text: str) -> str:
    """A text in it: marked at both ends, its placeholders and tags as they were."""
    parts, last = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[last : kept.start()].translate(_ACCENTS), kept[0]]
        last = kept.end()
    parts.append(text[last:].translate(_ACCENTS))
    more = round(len(_KEPT.sub("", text)) * LONGER)
    filling = (FILLING * (more // len(FILLING) + 1))[:more]
    return f"{OPEN}{''.join(parts)}{' ' if ' ' in text else ''}{filling.strip() or '·' * more}{SHUT}"


def pseudo_catalogue(english: Catalog) -> Catalog:
    """The English catalogue in it."""
    catalogue = Catalog(locale="en", fuzzy=False)
    for message in english:
        if message.id:
            forms = message.id if isinstance(message.id, str) else tuple(message.string or message.id)
            told = pseudo_text(forms) if isinstance(forms, str) else tuple(pseudo_text(form) for form in forms)
            catalogue.add(message.id, told, context=message.context)
    return catalogue
