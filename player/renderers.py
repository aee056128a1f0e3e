"""libmpv's two ways to draw: into memory, or into the framebuffer that is current."""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QImage, QOpenGLContext

from player.engine import MpvEngine
from player.library import load_libmpv

UPDATE_FRAME = 1
FRAME_PRESENT = 1
API_TYPE, NEXT_FRAME_INFO, SW_SIZE, SW_FORMAT, SW_STRIDE, SW_POINTER = 1, 11, 17, 18, 19, 20
"""``mpv_render_param_type`` of libmpv's render.h; python-mpv knows the first only."""

BUFFERS = 3
"""One being drawn, one on its way, one on screen."""


class _Param(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_void_p))


class _FrameInfo(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("target_time", ctypes.c_int64))


_UpdateCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@dataclass(frozen=True)
class Drawn:
    """A picture and the memory it lies in: whoever shows the one must hold the other."""

    image: QImage
    memory: Any


class SoftwareRenderer:
    """Draws each frame into memory on a thread of its own.

    ``frame`` is called on that thread with the picture, its film time in seconds, and whether it is a new frame (not
    an old one at a new size).
    """

    def __init__(self, engine: MpvEngine, frame: Callable[["Drawn", float, bool], None]) -> None:
        self._engine = engine
        self._frame = frame
        self._size = (0, 0)
        self._wake = threading.Event()
        self._resized = False
        self._again = False
        self._open = True
        self._buffers: list[Drawn] = []
        self._next = 0
        self._library = _library()
        self._context = ctypes.c_void_p()
        api = ctypes.c_char_p(b"sw")
        parameters = (_Param * 2)(_Param(API_TYPE, ctypes.cast(api, ctypes.c_void_p)), _Param(0, None))
        self._library.mpv_render_context_create(ctypes.byref(self._context), engine.handle.handle, parameters)
        self._callback = _UpdateCallback(lambda _context: self._wake.set())
        self._library.mpv_render_context_set_update_callback(self._context, self._callback, None)
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)
        self._thread.start()
        engine.redraw = self._redraw

    def resize(self, width: int, height: int) -> None:
        """Draw at this size in pixels from now on; the present frame is drawn again."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._resized = True
            self._wake.set()

    def close(self) -> None:
        """Stop drawing and give the render context back; must come before the engine closes."""
        if not self._open:
            return
        self._open = False
        self._library.mpv_render_context_set_update_callback(self._context, _UpdateCallback(), None)
        self._wake.set()
        self._thread.join()
        self._library.mpv_render_context_free(self._context)
        self._buffers.clear()

    def _redraw(self) -> None:
        self._again = True
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if not self._open:
                return
            began = self._engine.drawing_begins()
            again, self._again = self._again, False
            fresh = bool(self._library.mpv_render_context_update(self._context) & UPDATE_FRAME) or again
            resized, self._resized = self._resized, False
            width, height = self._size
            if (fresh or resized) and width > 0 and height > 0:
                self._engine.drawing_into(width, height)
                new = self._frame_waits()
                drawn = self._draw(width, height)
                position = self._engine.position_s(began, new=new)
                if position is not None:
                    self._frame(drawn, position, fresh)

    def _frame_waits(self) -> bool:
        info = _FrameInfo()
        wanted = _Param(NEXT_FRAME_INFO, ctypes.cast(ctypes.byref(info), ctypes.c_void_p))
        self._library.mpv_render_context_get_info(self._context, wanted)
        return bool(info.flags & FRAME_PRESENT)

    def _draw(self, width: int, height: int) -> "Drawn":
        if not self._buffers or (self._buffers[0].image.width(), self._buffers[0].image.height()) != (width, height):
            self._buffers = [_buffer(width, height) for _ in range(BUFFERS)]
        drawn = self._buffers[self._next % BUFFERS]
        image, memory = drawn.image, drawn.memory
        self._next += 1
        size = (ctypes.c_int * 2)(width, height)
        pixels = ctypes.c_char_p(b"bgr0")
        stride = ctypes.c_size_t(image.bytesPerLine())
        parameters = (_Param * 5)(
            _Param(SW_SIZE, ctypes.cast(size, ctypes.c_void_p)),
            _Param(SW_FORMAT, ctypes.cast(pixels, ctypes.c_void_p)),
            _Param(SW_STRIDE, ctypes.cast(ctypes.byref(stride), ctypes.c_void_p)),
            _Param(SW_POINTER, ctypes.cast(memory, ctypes.c_void_p)),
            _Param(0, None),
        )
        self._library.mpv_render_context_render(self._context, parameters)
        return drawn


class GlRenderer:
    """Draws into the current OpenGL framebuffer. ``changed`` is called on libmpv's thread when a frame is due."""

    def __init__(self, engine: MpvEngine, changed: Callable[[], None]) -> None:
        mpv = load_libmpv()
        self._address = mpv.MpvGlGetProcAddressFn(_address)
        self._context = mpv.MpvRenderContext(
            engine.handle, "opengl", opengl_init_params={"get_proc_address": self._address}
        )
        self._context.update_cb = changed

    def due(self) -> bool:
        """Whether a new frame waits to be drawn."""
        return bool(self._context.update())

    def draw(self, framebuffer: int, width: int, height: int) -> None:
        """Draw the present frame over the whole framebuffer."""
        self._context.render(flip_y=True, opengl_fbo={"w": width, "h": height, "fbo": framebuffer})

    def shown(self) -> None:
        """Tell libmpv that the frame reached the screen."""
        self._context.report_swap()

    def close(self) -> None:
        """Give the render context back, with its OpenGL context current."""
        # python-mpv drops the callback before libmpv, which may be calling it, has let go of it.
        held = vars(self._context)["_update_fn_wrapper"]
        self._context.update_cb = None
        self._context.free()
        del held


def _address(_context: object, name: bytes) -> int:
    current: QOpenGLContext | None = QOpenGLContext.currentContext()
    return int(current.getProcAddress(name)) if current is not None else 0


def _buffer(width: int, height: int) -> "Drawn":
    stride = (width * 4 + 63) & ~63
    memory = (ctypes.c_char * (stride * height + 64))()
    offset = -ctypes.addressof(memory) % 64
    aligned = (ctypes.c_char * (stride * height)).from_buffer(memory, offset)
    image = QImage(memoryview(aligned).cast("B"), width, height, stride, QImage.Format.Format_RGB32)
    return Drawn(image, aligned)


def _library() -> Any:
    library = load_libmpv().backend
    pointer = ctypes.c_void_p
    library.mpv_render_context_create.argtypes = [ctypes.POINTER(pointer), pointer, pointer]
    library.mpv_render_context_set_update_callback.argtypes = [pointer, _UpdateCallback, pointer]
    library.mpv_render_context_update.argtypes = [pointer]
    library.mpv_render_context_update.restype = ctypes.c_uint64
    library.mpv_render_context_get_info.argtypes = [pointer, _Param]
    library.mpv_render_context_render.argtypes = [pointer, pointer]
    library.mpv_render_context_free.argtypes = [pointer]
    return library
