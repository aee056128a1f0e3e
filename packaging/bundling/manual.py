"""Writes the man page from the command line's own help, so that it never says anything else."""

import argparse
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from app.examples import EXAMPLES

SECTIONS = """.SH EXIT STATUS
.TP
.B 0
Good.
.TP
.B 1
The thing that was checked is bad.
.TP
.B 2
Wrong use.
.TP
.B 3
Cannot now: no network, no room, refused.
.SH ENVIRONMENT
.TP
.B SMART_CINEMA_HOME
Keep data, settings, cache and logs below this folder.
.TP
.B SMART_CINEMA_LIBMPV
Use this libmpv.
.TP
.B SMART_CINEMA_FFMPEG
Use this ffmpeg to master films.
.SH FILES
.TP
.I ~/.config/smart\\-cinema/preferences.json
What the viewer chose. A damaged one is kept aside.
.TP
.I ~/.local/share/smart\\-cinema
Films kept on this device, the venue's ledger, staged updates.
.TP
.I ~/.local/state/smart\\-cinema/log
Logs, without credentials and titles.
.SH SEE ALSO
.BR mpv (1)
"""


def escaped(text: str) -> str:
    """Text as roff takes it."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", " ".join(text.split()))


def write_manual(parser: argparse.ArgumentParser, version: str, changed: datetime | None = None) -> str:
    """The page in section 1. ``changed`` is the day in its foot."""
    day = changed or datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    lines = [
        f'.TH SMART\\-CINEMA 1 {day:%Y-%m-%d} "Smart Cinema {version}" "User Commands"',
        ".SH NAME",
        "smart\\-cinema \\- a desktop cinema for Chinese films abroad",
        ".SH SYNOPSIS",
        ".B smart\\-cinema",
        "[\\fIOPTION\\fR]... [\\fILINK\\fR]",
        ".br",
        ".B smart\\-cinema",
        "\\fICOMMAND\\fR [\\fIOPTION\\fR]...",
        ".SH DESCRIPTION",
        escaped(parser.description or ""),
        ".SH OPTIONS",
        *_options(parser),
        ".SH COMMANDS",
        *_commands(parser, ()),
    ]
    return "\n".join(lines) + "\n" + SECTIONS


def _commands(parser: argparse.ArgumentParser, above: tuple[str, ...]) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse shows its parsers nowhere else
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
        for name, sub in action.choices.items():
            if name not in helps:
                continue
            words = (*above, name)
            yield f".SS {escaped(' '.join(words))}"
            yield escaped(helps[name][:1].upper() + helps[name][1:] + ".")
            yield from _options(sub)
            yield from _examples(words)
            yield from _commands(sub, words)


def _examples(words: tuple[str, ...]) -> Iterator[str]:
    for example in EXAMPLES.get(" ".join(words), ()):
        yield ".PP"
        yield ".RS 4"
        yield f".B {escaped(example)}"
        yield ".RE"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = parser._get_formatter()  # noqa: SLF001
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction) or action.help == argparse.SUPPRESS:  # noqa: SLF001
            continue
        yield ".TP"
        yield f".B {escaped(formatter._format_action_invocation(action))}"  # noqa: SLF001
        yield escaped(formatter._expand_help(action) if action.help else "") or "\\&"  # noqa: SLF001
