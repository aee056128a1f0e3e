"""Where libmpv draws with a GPU: straight into the window's framebuffer, below everything Qt draws."""

import ctypes
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QOpenGLContext

from player.engine import MpvEngine
from player.library import load_libmpv
from player.surface import BLOCK_FOR_TARGET_TIME, SKIP_RENDERING, Frame, FrameClock, Picture, render


class UnderlaySurface:
    """libmpv's OpenGL drawing. Made, drawn and closed where the window's OpenGL context is current."""

    def __init__(self, engine: MpvEngine, show: Callable[[Frame], None]) -> None:
        self.missed = 0
        mpv = load_libmpv()
        self._lock = threading.Lock()
        self._hidden = False
        self._closed = False
        self._size = (1, 1)
        self._address_of = mpv.MpvGlGetProcAddressFn(_gl_function)
        self._context: Any = mpv.MpvRenderContext(
            engine.mpv, "opengl", opengl_init_params={"get_proc_address": self._address_of}
        )
        self._show = show
        self._clock = FrameClock(engine, self._context, self._skip_if_hidden, show)

    def set_size(self, width: int, height: int) -> None:
        """In device pixels, of the whole window."""
        self._size = (width, height)

    def set_hidden(self, hidden: bool) -> None:
        """Nothing is drawn while hidden; time goes on."""
        self._hidden = hidden

    def release(self, frame: Frame) -> None:
        """Nothing is kept for a frame."""

    def draw(self, framebuffer: int) -> None:
        """Draw the present frame into an OpenGL framebuffer; its context is current."""
        with self._lock:
            if not self._closed:
                width, height = self._size
                self._context.render(
                    opengl_fbo={"fbo": framebuffer, "w": width, "h": height, "internal_format": 0},
                    flip_y=True,
                    block_for_target_time=False,
                )

    def close(self) -> None:
        """Stop drawing and free what libmpv holds; the OpenGL context is current."""
        if self._closed:
            return
        self._clock.close()
        with self._lock:
            self._closed = True
            self._context.free()

    def _skip_if_hidden(self) -> Picture | None:
        if self._hidden:
            one, zero = ctypes.c_int(1), ctypes.c_int(0)
            with self._lock:
                render(self._context, [(SKIP_RENDERING, one), (BLOCK_FOR_TARGET_TIME, zero)])
        return None


def _gl_function(_context: object, name: bytes) -> int:
    current = QOpenGLContext.currentContext()
    return int(current.getProcAddress(QByteArray(name)) or 0) if current else 0
