"""Buys a ticket, plays the film with every log open, and crashes: run by test_nothing_secret_spills.py.

usage: spill.py HOME OUT SECRETS.json
"""

import base64
import faulthandler
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser
from road import Road, said

from app import demo, logs
from app.cli import keep_memory_private
from app.paths import Paths
from app.viewer import Viewer, make_application
from boxoffice.client.boxoffice import BoxOffice
from boxoffice.client.dpop import DeviceKey
from boxoffice.client.tokens import Tokens
from player import choose_drawing
from player.gateway import Gateway

PASSWORD = "lantern-festival"
SECRETS: dict[str, str] = {"password": base64.b64encode(PASSWORD.encode()).decode()}


def keep(name: str, secret: str | bytes) -> None:
    data = secret.encode() if isinstance(secret, str) else secret
    SECRETS[f"{name} {len(SECRETS)}"] = base64.b64encode(data).decode()


def listen_in() -> None:
    """Note every secret where it is born."""
    take, key, generate = Tokens._take, BoxOffice.key, DeviceKey.generate

    def taking(self: Any, grant: Any) -> None:
        for name in ("access_token", "refresh_token", "id_token"):
            if getattr(grant, name):
                keep(name, getattr(grant, name))
        take(self, grant)

    def keyed(self: Any, play_id: str, key_id: str) -> bytes:
        found = key(self, play_id, key_id)
        keep("content key", found)
        return found

    def generated() -> DeviceKey:
        made = generate()
        keep("device key", json.loads(made.to_text())["d"])
        return made

    Tokens._take = taking  # type: ignore[method-assign]
    BoxOffice.key = keyed  # type: ignore[method-assign]
    DeviceKey.generate = generated  # type: ignore[method-assign, assignment]


def processes() -> list[int]:
    """This process and its children."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [os.getpid(), *(int(pid) for file in children for pid in file.read_text().split())]


def main(home: Path, out: Path, secrets: Path) -> None:
    keep_memory_private()
    paths = Paths.under(home)
    listen_in()
    logs.set_up(paths.logs, verbose=True)
    logging.getLogger().setLevel(logging.DEBUG)
    with (out / "crash.txt").open("w") as crash, demo.box_office(paths, "quick") as base_url:
        faulthandler.enable(crash, all_threads=True)
        choice = choose_drawing("software")
        application = make_application()
        browser = Browser("mei@example.org", PASSWORD, "en")
        viewer = Viewer(paths, base_url, choice.kind, profile=f"spill-{home.name}", open_url=browser.open)
        road = Road(viewer, out)
        viewer.start()
        road.page("language")
        road.click(road.button("English"))
        road.page("home")
        road.until(lambda: viewer.shell.home.props.hero, "the programme")
        road.settled()
        road.click(road.button(said("Hero", "About the film")))
        road.page("film")
        road.click(road.button(said("FilmPage", "Get a ticket · %1")))
        road.page("signIn")
        road.click(road.button(said("SignInPage", "Create an account")))
        road.page("checkout")
        road.until(lambda: viewer.shell.checkout.props.step == "done", "the ticket")
        road.settled()
        road.until(lambda: viewer.shell.film.props.can_watch, "the ticket on the film's page")
        road.click(road.button(said("CheckoutPage", "Watch now")))
        road.page("player")
        state = lambda: viewer.shell.playerPage.player.state  # noqa: E731
        road.until(lambda: viewer.shell.playerPage.player and state().position_ms > 1_500, "the film playing")
        gateway: Gateway = viewer.shell.playerPage.player._gateway
        keep("gateway token", gateway._token)
        keep("play's name", next(iter(gateway._plays)))
        for number, pid in enumerate(processes()):
            for name in ("cmdline", "environ", "limits"):
                (out / f"{number}.{name}").write_bytes(Path(f"/proc/{pid}/{name}").read_bytes())
        viewer.shell.playerPage.report()
        threading.Thread(target=lambda: 1 / 0, name="falling").start()  # a traceback on standard error
        road.until(lambda: state().position_ms > 2_500, "the film going on")
        secrets.write_text(json.dumps(SECRETS), encoding="utf-8")
        os.kill(os.getpid(), signal.SIGSEGV)
        del application


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))  # type: ignore[arg-type]
