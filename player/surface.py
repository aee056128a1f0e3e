"""Where libmpv draws without a GPU: pictures in memory, made on a thread of their own."""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtGui import QImage

from player.engine import MpvEngine
from player.library import load_libmpv

ALIGNMENT_BYTES = 64
BUFFERS = 4
"""One on screen, one waiting, one being drawn, one to spare."""
SW_SIZE, SW_FORMAT, SW_STRIDE, SW_POINTER = 17, 18, 19, 20
"""``MPV_RENDER_PARAM_SW_*`` of libmpv's render.h."""
NEXT_FRAME_INFO, BLOCK_FOR_TARGET_TIME, SKIP_RENDERING = 11, 12, 13
FRAME_REDRAW, FRAME_REPEAT = 2, 4


@dataclass
class Picture:
    """Pixels that libmpv drew, in memory of ours. Format RGB32, width and height in device pixels."""

    image: QImage
    address: int
    memory: bytearray


@dataclass(frozen=True)
class Frame:
    """A frame of the film as it goes on screen."""

    position_s: float | None
    """Its time in the film."""
    fresh: bool
    """False where the same frame was drawn again, for example in another size."""
    picture: Picture | None = None
    """None where libmpv draws into the window itself."""


class Surface(Protocol):
    """Somewhere for libmpv to draw."""

    @property
    def missed(self) -> int:
        """Frames that were due and not drawn."""
        ...

    def set_size(self, width: int, height: int) -> None:
        """In device pixels."""
        ...

    def set_hidden(self, hidden: bool) -> None:
        """Nothing is drawn while hidden; time goes on."""
        ...

    def release(self, frame: Frame) -> None:
        """The frame is off the screen; its memory may be drawn into."""
        ...

    def close(self) -> None:
        """Stop drawing and free what libmpv holds; before the engine is closed."""
        ...


class FrameClock:
    """Turns libmpv's wake-ups into frames with their times, on a thread of its own.

    ``draw`` is called on that thread for each due frame; it answers the picture, or none.
    """

    def __init__(
        self, engine: MpvEngine, context: Any, draw: Callable[[], Picture | None], show: Callable[[Frame], None]
    ) -> None:
        self._engine = engine
        self._context = context
        self._draw = draw
        self._show = show
        self._wake = threading.Event()
        self._stop = False
        self._again = False
        self._last_s: float | None = None
        context.update_cb = self._wake.set
        self._thread = threading.Thread(target=self._run, name="frame-clock", daemon=True)
        self._thread.start()

    def redraw(self) -> None:
        """Draw the present frame once more."""
        self._again = True
        self._wake.set()

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._context.update_cb = None
        self._stop = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stop:
                return
            again, self._again = self._again, False
            due = self._context.update()
            if due or again:
                self._one(due=due)

    def _one(self, *, due: bool) -> None:
        fresh = due and not next_frame_flags(self._context) & (FRAME_REDRAW | FRAME_REPEAT)
        picture = self._draw()
        if fresh:
            position_s = self._engine.position_s()
            self._last_s = position_s if position_s is not None else self._last_s
        self._show(Frame(self._last_s, fresh, picture))


class SoftwareSurface:
    """libmpv's software drawing into pictures; ``show`` gets each on the drawing thread."""

    def __init__(self, engine: MpvEngine, show: Callable[[Frame], None], width: int = 640, height: int = 360) -> None:
        self.missed = 0
        self._show = show
        self._lock = threading.Lock()
        self._size = (width, height)
        self._made_for = (0, 0)
        self._free: list[Picture] = []
        self._hidden = False
        self._context = load_libmpv().MpvRenderContext(engine.mpv, "sw")
        self._clock = FrameClock(engine, self._context, self._draw, self._hand_over)

    def set_size(self, width: int, height: int) -> None:
        """In device pixels; the present frame is drawn again."""
        with self._lock:
            if self._size == (width, height):
                return
            self._size = (width, height)
        self._clock.redraw()

    def set_hidden(self, hidden: bool) -> None:
        """Nothing is drawn while hidden; time goes on."""
        was, self._hidden = self._hidden, hidden
        if was and not hidden:
            self._clock.redraw()

    def release(self, frame: Frame) -> None:
        """The frame is off the screen; its memory may be drawn into."""
        picture = frame.picture
        with self._lock:
            if picture and (picture.image.width(), picture.image.height()) == self._made_for:
                self._free.append(picture)

    def close(self) -> None:
        """Stop drawing and free what libmpv holds; before the engine is closed."""
        self._clock.close()
        self._context.free()
        with self._lock:
            self._free.clear()
            self._made_for = (0, 0)

    def _hand_over(self, frame: Frame) -> None:
        if frame.picture is not None or self._hidden:
            self._show(frame)
        elif frame.fresh:
            self.missed += 1

    def _draw(self) -> Picture | None:
        picture = None if self._hidden else self._take()
        if picture is None:
            render(self._context, [_number(SKIP_RENDERING, 1), _number(BLOCK_FOR_TARGET_TIME, 0)])
            return None
        size = (ctypes.c_int * 2)(picture.image.width(), picture.image.height())
        stride = ctypes.c_size_t(picture.image.bytesPerLine())
        parameters = [
            (SW_SIZE, ctypes.addressof(size)),
            (SW_FORMAT, _BGR0),
            (SW_STRIDE, ctypes.addressof(stride)),
            (SW_POINTER, picture.address),
            _number(BLOCK_FOR_TARGET_TIME, 0),
        ]
        render(self._context, parameters)
        return picture

    def _take(self) -> Picture | None:
        with self._lock:
            if self._made_for != self._size:
                self._made_for = self._size
                self._free = [_picture(*self._size) for _ in range(BUFFERS)]
            return self._free.pop() if self._free else None


def next_frame_flags(context: Any) -> int:
    """``mpv_render_frame_info_flag`` of the frame that the next drawing will show."""
    mpv = load_libmpv()
    info = mpv.MpvRenderFrameInfo()
    parameter = mpv.MpvRenderParam("invalid")
    parameter.type_id = NEXT_FRAME_INFO
    parameter.data = ctypes.cast(ctypes.pointer(info), ctypes.c_void_p)
    mpv._mpv_render_context_get_info(context.handle, parameter)  # noqa: SLF001 - its own wrapper cannot read this
    return int(info.flags)


def render(context: Any, parameters: list[tuple[int, Any]]) -> None:
    """``mpv_render_context_render`` with parameters that python-mpv's wrapper does not know."""
    mpv = load_libmpv()
    array = (mpv.MpvRenderParam * (len(parameters) + 1))()
    kept = []
    for slot, (kind, data) in zip(array, parameters, strict=False):
        slot.type_id = kind
        if isinstance(data, ctypes._SimpleCData | bytes):  # noqa: SLF001 - the base of ctypes' numbers
            kept.append(data)
        slot.data = _address(data)
    mpv._mpv_render_context_render(context.handle, array)  # noqa: SLF001
    kept.clear()


_BGR0 = ctypes.create_string_buffer(b"bgr0")


def _number(kind: int, value: int) -> tuple[int, Any]:
    return kind, ctypes.c_int(value)


def _address(data: Any) -> int:
    return data if isinstance(data, int) else ctypes.addressof(data)


def _picture(width: int, height: int) -> Picture:
    stride = (width * 4 + ALIGNMENT_BYTES - 1) // ALIGNMENT_BYTES * ALIGNMENT_BYTES
    memory = bytearray(stride * height + ALIGNMENT_BYTES)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    offset = -base % ALIGNMENT_BYTES
    view = memoryview(memory)[offset : offset + stride * height]
    image = QImage(view, width, height, stride, QImage.Format.Format_RGB32)
    return Picture(image, base + offset, memory)
