"""How the picture gets on screen: decided once, before Qt's application object exists."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Drawing = Literal["gl", "software"]
PROBE_LIMIT_S = 5
SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "software", "swiftshader", "gdi generic", "basic render")

ASK_GRAPHICS = "--ask-graphics"
"""What a frozen program is asked with, which has no interpreter to run `player.graphics_probe` by itself."""


@dataclass(frozen=True)
class Choice:
    """The way chosen, and the graphics that answered."""

    kind: Drawing
    renderer: str
    """OpenGL's own name for what draws, or why there is none."""


_chosen = Choice("software", "not asked")


def chosen() -> Choice:
    """What was last applied in this process."""
    return _chosen


def choose_drawing(flag: str | None = "auto", *, apply: bool = True) -> Choice:
    """The way to draw: by ``flag`` (``"gl"``, ``"software"``), else OpenGL exactly where a real GPU answers.

    With ``apply``, Qt's environment is set to match; call it before the application object is made.
    """
    if flag == "software" or (flag != "gl" and os.environ.get("QT_QUICK_BACKEND") == "software"):
        drawing = Choice("software", "as asked")
    elif flag == "gl":
        drawing = Choice("gl", "as asked")
    else:
        drawing = judge(gl_renderer())
    if apply:
        _apply(drawing)
    return drawing


def judge(renderer: str) -> Choice:
    """OpenGL for the name of a real GPU, software for everything else."""
    lower = renderer.lower()
    slow = not lower or lower.startswith("none") or any(name in lower for name in SOFTWARE_RENDERERS)
    return Choice("software" if slow else "gl", renderer or "none")


def _apply(drawing: Choice) -> None:
    global _chosen  # noqa: PLW0603 - one process, one graphics set-up
    _chosen = drawing
    if drawing.kind == "gl":
        os.environ.pop("QT_QUICK_BACKEND", None)
        os.environ["QSG_RHI_BACKEND"] = "opengl"
        os.environ["QSG_RENDER_LOOP"] = "basic"
    else:
        os.environ["QT_QUICK_BACKEND"] = "software"


def gl_renderer() -> str:
    """OpenGL's name for what draws; asked in a child process, since a bad driver may crash, and kept until reboot."""
    note = _note()
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(note.read_text(encoding="utf-8"))
        if kept["boot"] == _boot():
            return str(kept["renderer"])
    renderer = _probe()
    _keep(renderer)
    return renderer


def distrust() -> None:
    """OpenGL answered and then failed: until reboot, later starts draw by software."""
    _keep("none: it failed while it drew")


def _keep(renderer: str) -> None:
    note = _note()
    with contextlib.suppress(OSError):
        note.write_text(json.dumps({"boot": _boot(), "renderer": renderer}), encoding="utf-8")
        note.chmod(0o600)


def _probe() -> str:
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "none: no display"
    frozen = getattr(sys, "frozen", False)
    asked = ASK_GRAPHICS if frozen else str(Path(__file__).with_name("graphics_probe.py"))
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, asked], capture_output=True, text=True, timeout=PROBE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "none: no answer"
    return answer.stdout.strip() if answer.returncode == 0 and answer.stdout.strip() else "none: no OpenGL"


def _note() -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    user = os.getuid() if hasattr(os, "getuid") else "user"
    display = "".join(filter(str.isalnum, os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""))
    return Path(folder) / f"smart-cinema-gl-{user}-{display}.json"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
