"""What a command looks like where it is used: shown by ``--help`` and in the references, and read by the tests."""

import argparse
from collections.abc import Iterator

EXIT_STATUS = "exit status: 0 good, 1 what was looked at is bad, 2 wrong use, 3 not possible now"

EXAMPLES = {
    "": ("smart-cinema", "smart-cinema smartcinema:title/lantern-street", "smart-cinema --version --json"),
    "demo": ("smart-cinema demo", "smart-cinema demo --quality quick --prepare-only"),
    "play": (
        "smart-cinema play film.mp4",
        "smart-cinema play https://films.example/lantern/master.m3u8 --subtitles en --notes notes.vtt",
        "smart-cinema play packages/lantern --keys lantern.keys --duration 10 --report report.json",
    ),
    "serve": (
        "smart-cinema serve --port 8700",
        "smart-cinema serve --base-url https://tickets.example.org --stripe-key-file key --stripe-webhook-file webhook",
    ),
    "serve migrate": ("smart-cinema serve migrate --database postgresql://cinema@db.example/cinema",),
    "serve publish": ("smart-cinema serve publish publication.toml",),
    "serve seed-demo": ("smart-cinema serve seed-demo --quality quick",),
    "serve voucher": ("smart-cinema serve voucher lantern-street --count 20",),
    "serve pass": (
        "smart-cinema serve pass --section panorama --tickets 5 --ends 2026-10-11T23:59:00+02:00 --count 40",
    ),
    "serve free-ticket": (
        "smart-cinema serve free-ticket critic@example.org lantern-street --territory DE --reason press --by Mei",
    ),
    "serve allow-territory": (
        'smart-cinema serve allow-territory guest@example.org DE --days 14 --reason "hotel network" --by Mei',
    ),
    "master": (
        "smart-cinema master film.mov -o packages/lantern --title en=Lantern --subtitles en=en.vtt --poster p.jpg",
        "smart-cinema master trailer.mov -o packages/lantern-trailer --kind trailer --clear",
    ),
    "package check": (
        "smart-cinema package check packages/lantern",
        "smart-cinema package check /media/stick/lantern --keys lantern.keys --trust signer.jwk",
    ),
    "package show": ("smart-cinema package show packages/lantern --json",),
    "package signer": ("smart-cinema package signer >signer.jwk",),
    "notes check": ("smart-cinema notes check notes.en.vtt notes.zh-Hans.vtt --film packages/lantern",),
    "notes compile": (
        "smart-cinema notes compile notes.en.vtt --film packages/lantern --out compiled.en.vtt --page notes.html",
    ),
    "notes booklet": ("smart-cinema notes booklet notes.en.vtt --film packages/lantern --out booklet.pdf",),
    "notes speak": (
        "smart-cinema notes speak notes.en.vtt --film packages/lantern --clips recordings --out spoken.flac",
    ),
    "workbench": ("smart-cinema workbench packages/lantern --notes notes.en.vtt --language en",),
    "doctor": ("smart-cinema doctor", "smart-cinema doctor --json", "smart-cinema doctor --bundle report.zip"),
    "screens": ("smart-cinema screens -o artifacts/screens --language en --size 1280x720",),
    "orders show": ("smart-cinema orders show 6f1c2a9e",),
    "orders refund": ('smart-cinema orders refund 6f1c2a9e --reason "screening cancelled" --by Mei --amount 3.45',),
    "orders paid": ("smart-cinema orders paid 6f1c2a9e --by Mei",),
    "avails": ("smart-cinema avails import avails.xlsx --dry-run",),
    "avails import": (
        "smart-cinema avails import avails.xlsx --dry-run",
        "smart-cinema avails import avails.csv --by Mei --zone US=America/Denver",
    ),
    "avails export": ("smart-cinema avails export --format xlsx --out avails.xlsx",),
    "avails undo": ("smart-cinema avails undo --by Mei",),
    "report": ("smart-cinema report --out reports --zone Europe/Berlin",),
    "settle": ("smart-cinema settle shares.toml --from 2026-09-01 --to 2026-09-30",),
    "staff add": ("smart-cinema staff add mei@example.org --role operator",),
    "staff remove": ("smart-cinema staff remove mei@example.org",),
    "staff list": ("smart-cinema staff list",),
    "kiosk": ("smart-cinema kiosk", "smart-cinema kiosk --data /var/lib/smart-cinema/venue"),
    "kiosk enrol": (
        "smart-cinema kiosk enrol --operator operator.json",
        'smart-cinema kiosk enrol --service https://tickets.example.org --name "Door A" --code K7QM-D3XW',
    ),
    "kiosk sync": ("smart-cinema kiosk sync", "smart-cinema kiosk sync --stick /media/stick"),
    "kiosk takings": ("smart-cinema kiosk takings",),
    "kiosk doubles": ("smart-cinema kiosk doubles door-a.sqlite3 door-b.sqlite3",),
    "kiosk ingest": (
        "smart-cinema kiosk ingest /media/stick/paper-moon",
        "smart-cinema kiosk ingest https://mirror.example/paper-moon",
    ),
    "kiosk licence": ("smart-cinema kiosk licence paper-moon.sclic",),
    "kiosk licences": ("smart-cinema kiosk licences",),
    "kiosk preflight": (
        "smart-cinema kiosk preflight --decode",
        "smart-cinema kiosk preflight --quick --page preflight.html",
    ),
    "kiosk settings": ("smart-cinema kiosk settings --door A --room one --foyer yes --screens 09:00-01:00",),
    "kiosk pin": ("smart-cinema kiosk pin set", 'smart-cinema kiosk pin set --role operator --staff "Mei Lin"'),
    "kiosk status": ("smart-cinema kiosk status --once",),
    "kiosk bundle": ("smart-cinema kiosk bundle report.zip",),
    "kiosk clock": ("smart-cinema kiosk clock", 'smart-cinema kiosk clock --confirm "new battery" --staff Mei'),
    "kiosk programme import": (
        "smart-cinema kiosk programme import programme.jws",
        "smart-cinema kiosk programme import revoked.jws --kind revoked",
    ),
    "kiosk programme show": ("smart-cinema kiosk programme show",),
    "kiosk admit": (
        "smart-cinema kiosk admit - --gate A",
        'smart-cinema kiosk admit 10293 --gate A --look-up --override "phone is flat" --staff Mei',
    ),
    "kiosk sell": ("smart-cinema kiosk sell --gate A --price 2 --people 3 --method card --staff Mei",),
    "kiosk pretix": ("smart-cinema kiosk pretix https://pretix.example lantern festival --token-file pretix.token",),
    "kiosk door": (
        "smart-cinema kiosk door --gate A --lead 7420 --printer 10.0.0.9",
        'smart-cinema kiosk door --gate B --leader "Door A@10.0.0.5:7420"',
    ),
    "kiosk show": (
        "smart-cinema kiosk show --room one --mode semi-automatic",
        "smart-cinema kiosk show --room one --follow 192.168.1.10:7733 --take-over-after 5",
    ),
    "kiosk hand-over": (
        "smart-cinema kiosk hand-over --to /media/stick/show.json",
        "smart-cinema kiosk hand-over --from /media/stick/show.json",
    ),
    "kiosk foyer": ("smart-cinema kiosk foyer --screen HDMI-1",),
    "kiosk plays": ("smart-cinema kiosk plays --day 2026-10-09",),
    "kiosk tell": ("smart-cinema kiosk tell hold --room one",),
    "kiosk export": ("smart-cinema kiosk export",),
    "kiosk audit": ("smart-cinema kiosk audit",),
    "kiosk report": (
        "smart-cinema kiosk report",
        "smart-cinema kiosk report friday.pdf --day 2026-10-09 --language zh-Hans",
    ),
    "kiosk handbook": ("smart-cinema kiosk handbook handbook --language zh-Hans",),
    "update check": ("smart-cinema update check",),
    "update stage": ("smart-cinema update stage --from /media/stick/updates",),
    "update apply": ("smart-cinema update apply",),
    "update back": ("smart-cinema update back",),
    "update quiet": ("smart-cinema update quiet --add 2026-10-01T00:00+02:00 2026-10-12T00:00+02:00",),
}
"""By the command's words; each is a line that this version understands."""


class Help(argparse.HelpFormatter):
    """As argparse writes it, with the lines of the examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith(("examples:", EXIT_STATUS)):
            return text
        return super()._fill_text(text, width, indent)


def commands(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command below a parser, itself first, by its words."""
    yield " ".join(words), parser
    for action in parser._actions:  # noqa: SLF001 - argparse shows its parsers nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, sub in action.choices.items():
                yield from commands(sub, (*words, name))


def does_something(parser: argparse.ArgumentParser) -> bool:
    """Whether a command does something by itself, without a step after it."""
    steps = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    return not steps or not steps[0].required


def explain(parser: argparse.ArgumentParser) -> None:
    """Give every command its examples and the meaning of its exit status."""
    for words, command in commands(parser):
        lines = [f"  {example}" for example in EXAMPLES.get(words, ())]
        command.epilog = "\n".join(["examples:", *lines, "", EXIT_STATUS]) if lines else EXIT_STATUS
        command.formatter_class = Help
