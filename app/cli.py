"""The command line: stable names, ``--help`` everywhere, ``--json`` for machines.

Exit status: 0 good, 1 the thing checked is bad, 2 wrong use, 3 cannot now.
"""

import argparse
import errno
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__, commands
from app.commands import viewer
from app.console import Console
from core import CinemaError, Code, lacking

ASK_GRAPHICS = "--ask-graphics"
"""As `player.drawing` says it; its import would cost every start."""
GOOD, BAD, WRONG_USE, CANNOT_NOW = 0, 1, 2, 3


def parser(*, all_commands: bool = True) -> argparse.ArgumentParser:
    """The whole command line, or only what the viewer understands."""
    top = argparse.ArgumentParser(
        prog="smart-cinema",
        description="A desktop cinema for Chinese films abroad. Without a command: the cinema.",
        parents=[_common()],
    )
    top.add_argument("--version", action="store_true", help="print the version and stop")
    top.set_defaults(json=False, home=None, verbose=False, data=None, copies=None)
    if all_commands:
        subparsers = top.add_subparsers(dest="command", metavar="COMMAND")
        for command in commands.every():
            command.add(subparsers, _common())
    viewer.arguments(top)
    if all_commands:
        from app.examples import explain

        explain(top)
    return top


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """The cinema's first frame waits for no other command; whatever looks like one, or wrong, is read anew."""
    if set(arguments).isdisjoint((*commands.NAMES, "-h", "--help")):
        options, unknown = parser(all_commands=False).parse_known_args(arguments)
        if not unknown:
            return options
    return parser().parse_args(arguments)


def _common() -> argparse.ArgumentParser:
    # Absent means "not said": a command's own parser must not undo what stood before the command.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="print machine-readable JSON")
    common.add_argument("--home", type=Path, help="keep data, settings, cache and logs below this folder")
    common.add_argument("--verbose", action="store_true", help="log to standard error as well")
    return common


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; every refusal is one line on standard error."""
    keep_memory_private()
    if list(arguments) == [ASK_GRAPHICS]:
        return _ask_graphics()
    options = _options(_with_links_named(arguments))
    console = Console(as_json=options.json)
    if options.version:
        console.result({"name": "smart-cinema", "version": __version__}, f"smart-cinema {__version__}")
        return GOOD
    handler = getattr(options, "handler", None) or viewer.handle
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _terminated)
    try:
        return int(handler(options, console))
    except CinemaError as error:
        console.error(error)
        return WRONG_USE if error.code is Code.WRONG_USE else CANNOT_NOW
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        console.error(_refused_by_system(error))
    except ModuleNotFoundError as error:
        if not getattr(sys, "frozen", False):
            raise
        console.error(_left_out(error))
    except ImportError as error:
        refusal = lacking(error)
        if refusal is None:
            raise
        console.error(refusal)
    return CANNOT_NOW


def _ask_graphics() -> int:
    from player.graphics_probe import ask

    print(ask())
    return GOOD


def keep_memory_private() -> None:
    """No core dump of this process or its children, where the system has that limit: keys lie in memory."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _with_links_named(arguments: Sequence[str]) -> list[str]:
    """Say ``--open`` where a link stands by itself, as the desktop gives it: argparse knows none beside commands."""
    return [
        f"--open={argument}" if argument[: len(viewer.LINK)].lower() == viewer.LINK and before != "--open" else argument
        for before, argument in zip(["", *arguments], arguments, strict=False)
    ]


def _refused_by_system(error: OSError) -> CinemaError:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return CinemaError(Code.DISK_FULL, f"{where}the disk is full; make room or choose another folder with --home.")
    return CinemaError(Code.FILE_UNREADABLE, f"{where}{error.strerror or error}. Another folder is chosen with --home.")


def _left_out(error: ModuleNotFoundError) -> CinemaError:
    """A frozen copy is for viewers and venues; what only the sources can do is large, or works on them."""
    return CinemaError(Code.FROM_SOURCES, f"This runs from the sources alone: a packaged copy has no {error.name}.")


def _terminated(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def script() -> None:
    """The installed ``smart-cinema`` script."""
    sys.exit(run(sys.argv[1:]))


__all__ = ["BAD", "CANNOT_NOW", "GOOD", "WRONG_USE", "parser", "run", "script"]
