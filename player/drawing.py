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

EGL_PROBE = """
import ctypes
egl, gl = ctypes.CDLL("libEGL.so.1"), None
p, i = ctypes.c_void_p, ctypes.c_int
for name, back, args in (("eglGetDisplay", p, [p]), ("eglInitialize", i, [p, p, p]), ("eglBindAPI", i, [i]),
    ("eglChooseConfig", i, [p, p, p, i, p]), ("eglCreateContext", p, [p, p, p, p]),
    ("eglMakeCurrent", i, [p, p, p, p]), ("eglGetProcAddress", p, [ctypes.c_char_p])):
    f = getattr(egl, name); f.restype, f.argtypes = back, args
display = egl.eglGetDisplay(None)
assert egl.eglInitialize(display, None, None) and egl.eglBindAPI(0x30A2)
config, count = p(), i()
wanted = (i * 3)(0x3040, 8, 0x3038)
assert egl.eglChooseConfig(display, wanted, ctypes.byref(config), 1, ctypes.byref(count)) and count.value
context = egl.eglCreateContext(display, config, None, None)
assert context and egl.eglMakeCurrent(display, None, None, context)
f = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_uint)(egl.eglGetProcAddress(b"glGetString"))
print((f(0x1F01) or b"").decode())
"""
QT_PROBE = """
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
context, surface = QOpenGLContext(), QOffscreenSurface()
surface.create()
assert context.create() and context.makeCurrent(surface)
print(context.functions().glGetString(0x1F01))
"""


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
    if getattr(sys, "frozen", False):
        return "none: not asked in a frozen build"
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "none: no display"
    code = EGL_PROBE if sys.platform.startswith("linux") else QT_PROBE
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=PROBE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "none: no answer"
    return answer.stdout.strip() if answer.returncode == 0 else "none: no OpenGL"


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
