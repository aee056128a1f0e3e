"""The picture as a Qt Quick item, drawn either way."""

import logging
import weakref
from typing import cast

import shiboken6
from PySide6.QtCore import Property, QObject, QPointF, QRect, QRectF, Qt, QThread, Signal, Slot
from PySide6.QtGui import QOpenGLContext, QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickWindow, QSGNode, QSGRendererInterface, QSGRenderNode

from core import CinemaError, Code
from player.drawing import distrust
from player.player import Player
from player.renderers import Drawn, GlRenderer, SoftwareRenderer

log = logging.getLogger(__name__)

GRAPHICS_FAILED = CinemaError(
    Code.PLAYBACK_FAILED, "The graphics failed. Start Smart Cinema again: it then draws by software."
)

QML_IMPORT_NAME = "SmartCinema.Player"
QML_IMPORT_MAJOR_VERSION = 1


class _PictureNode(QSGRenderNode):
    """Paints the newest frame straight into the window's backing store: one copy a frame."""

    def __init__(self, item: "VideoItem") -> None:
        super().__init__()
        self._seen = weakref.ref(item)

    def render(self, state: QSGRenderNode.RenderState) -> None:
        item = self._seen()
        window = item.seat if item is not None else None
        picture = item.drawn_picture if item is not None else None
        if item is None or window is None or picture is None:
            return
        pointer = window.rendererInterface().getResource(window, QSGRendererInterface.Resource.PainterResource)
        painter = cast("QPainter", shiboken6.wrapInstance(int(pointer), QPainter))
        painter.save()
        painter.setOpacity(self.inheritedOpacity())
        # Only the dirty part is painted anew, and what lies over the picture with it.
        region = state.clipRegion()
        if region is not None:
            painter.setClipRegion(region)
        painter.drawImage(item.origin, picture.image)
        painter.restore()
        item.drawn()

    def flags(self) -> QSGRenderNode.RenderingFlag:  # type: ignore[override]
        return QSGRenderNode.RenderingFlag.BoundedRectRendering | QSGRenderNode.RenderingFlag.OpaqueRendering

    def rect(self) -> QRectF:
        item = self._seen()
        return item.boundingRect() if item is not None else QRectF()

    def changedStates(self) -> QSGRenderNode.StateFlag:
        return QSGRenderNode.StateFlag(0)


_given: set[_PictureNode] = set()


def _given_to_qt(node: _PictureNode) -> _PictureNode:
    """Keep a node until Qt has deleted it: its binding would delete it a second time, under the scene graph."""
    _given.difference_update({known for known in _given if not shiboken6.isValid(known)})
    _given.add(node)
    return node


@QmlElement
class VideoItem(QQuickItem):
    """Shows what a `Player` plays, letter-boxed in black. Fill the window with it: OpenGL draws under it all."""

    playerChanged = Signal()
    pictureRectChanged = Signal()
    _frame = Signal(object, float, bool)
    _due = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QQuickItem.Flag.ItemHasContents)
        self._player: Player | None = None
        self._software: SoftwareRenderer | None = None
        self._gl: GlRenderer | None = None
        self._gl_wanted = False
        self.drawn_picture: Drawn | None = None
        self.origin = QPointF()
        self._fresh = False
        self._again = False
        self._picture = QRectF()
        self._watched: QQuickWindow | None = None
        self.seat: QQuickWindow | None = None
        self._frame.connect(self._take_frame, Qt.ConnectionType.QueuedConnection)
        self._due.connect(self._take_due, Qt.ConnectionType.QueuedConnection)
        self.windowChanged.connect(self._window_changed)
        if parent is not None and parent.window() is not None:
            self.seat = parent.window()

    def _get_player(self) -> Player | None:
        return self._player

    def _set_player(self, player: Player | None) -> None:
        if player is self._player:
            return
        self._detach()
        self._player = player
        if player is not None:
            player.stateChanged.connect(self._state_changed)
            player.aboutToClose.connect(self._detach)
            self._attach()
        self.playerChanged.emit()

    player = Property(QObject, _get_player, _set_player, notify=playerChanged)

    def _get_picture_rect(self) -> QRectF:
        return self._picture

    pictureRect = Property(QRectF, _get_picture_rect, notify=pictureRectChanged)

    def geometryChange(self, new: QRectF | QRect, old: QRectF | QRect) -> None:
        """Draw at the new size."""
        super().geometryChange(new, old)
        self._resize()

    def updatePaintNode(self, old: QSGNode | None, _data: object) -> QSGNode | None:
        """The node that paints the picture, where software draws it."""
        if self._software is None:
            return old
        self.origin = self.mapToScene(QPointF(0, 0))
        if old is None:
            return _given_to_qt(_PictureNode(self))
        old.markDirty(QSGNode.DirtyStateBit.DirtyMaterial)
        return old

    def drawn(self) -> None:
        """Count a frame that reached the window for the first time."""
        if self._fresh and self._player is not None:
            self._fresh = False
            self._player.frame_drawn()

    def _attach(self) -> None:
        player, window = self._player, self.seat
        if player is None or window is None or self._software is not None or self._gl_wanted:
            return
        if player.drawing == "software":
            self._software = SoftwareRenderer(player.engine, self._frame.emit)
            self._resize()
            player.renderer_ready()
        else:
            self._gl_wanted = True
            window.beforeRenderPassRecording.connect(self._draw_gl, Qt.ConnectionType.DirectConnection)
            window.frameSwapped.connect(self._swapped, Qt.ConnectionType.DirectConnection)
            window.sceneGraphInvalidated.connect(self._lose_gl, Qt.ConnectionType.DirectConnection)
            window.sceneGraphError.connect(self._graphics_failed)
            self._watched = window
            window.update()

    @Slot()
    def _detach(self) -> None:
        player, self._player = self._player, None
        if player is None:
            return
        player.stateChanged.disconnect(self._state_changed)
        player.aboutToClose.disconnect(self._detach)
        player.renderer_gone()
        if self._software is not None:
            self._software.close()
            self._software = None
            self.drawn_picture = None
        if self._watched is not None:
            self._watched.beforeRenderPassRecording.disconnect(self._draw_gl)
            self._watched.frameSwapped.disconnect(self._swapped)
            self._watched.sceneGraphInvalidated.disconnect(self._lose_gl)
            self._watched.sceneGraphError.disconnect(self._graphics_failed)
            self._release_gl(self._watched)
            self._watched = None
        self._gl_wanted = False
        self.update()

    @Slot(QQuickWindow)
    def _window_changed(self, window: QQuickWindow | None) -> None:
        # Kept from here: what QQuickItem.window() returns dies with the item that was asked.
        self.seat = window
        if window is None:
            self._detach()
        else:
            self._attach()

    def _resize(self) -> None:
        window = self.seat
        if self._software is not None and window is not None:
            ratio = window.effectiveDevicePixelRatio()
            self._software.resize(round(self.width() * ratio), round(self.height() * ratio))
        self._place_picture()

    @Slot()
    def _state_changed(self) -> None:
        self._place_picture()

    def _place_picture(self) -> None:
        width, height = self._player.picture_size if self._player is not None else (0, 0)
        area = QRectF(0, 0, self.width(), self.height())
        if width and height and not area.isEmpty():
            scale = min(area.width() / width, area.height() / height)
            size = (width * scale, height * scale)
            area = QRectF((area.width() - size[0]) / 2, (area.height() - size[1]) / 2, *size)
        if area != self._picture:
            self._picture = area
            self.pictureRectChanged.emit()

    @Slot(object, float, bool)
    def _take_frame(self, drawn: Drawn, position_s: float, fresh: bool) -> None:
        window = self.seat
        if self._software is None or window is None or self._player is None:
            return
        self._resize()
        drawn.image.setDevicePixelRatio(window.effectiveDevicePixelRatio())
        self.drawn_picture = drawn
        exposed = window.isExposed()
        if fresh and self._fresh and exposed:
            self._player.frame_missed()
        self._fresh = (self._fresh or fresh) and exposed
        self._player.frame_due(position_s, fresh=fresh, visible=exposed)
        self.update()

    @Slot()
    def _take_due(self) -> None:
        gl, player, window = self._gl, self._player, self.seat
        if gl is None or player is None or window is None:
            return
        began = player.engine.drawing_begins()
        if not gl.due() and not self._again:
            return
        self._again = False
        position_s = player.engine.position_s(began)
        if position_s is not None:
            exposed = window.isExposed()
            if self._fresh and exposed:
                player.frame_missed()
            self._fresh = exposed
            player.frame_due(position_s, fresh=True, visible=exposed)
        window.update()

    def _redraw_gl(self) -> None:
        self._again = True
        self._due.emit()

    @Slot()
    def _draw_gl(self) -> None:
        window, player = self._watched, self._player
        if window is None or player is None:
            return
        if self._gl is None:
            with player.engine.lock:
                self._gl = GlRenderer(player.engine, self._due.emit)
            player.engine.redraw = self._redraw_gl
            player.rendererMade.emit()
        if not self.isVisible():
            return  # another picture is on the window
        window.beginExternalCommands()
        ratio = window.effectiveDevicePixelRatio()
        context = QOpenGLContext.currentContext()
        framebuffer = context.defaultFramebufferObject() if context is not None else 0
        with player.engine.lock:
            self._gl.draw(framebuffer, round(window.width() * ratio), round(window.height() * ratio))
        window.endExternalCommands()
        self.drawn()

    @Slot()
    def _swapped(self) -> None:
        if self._gl is not None:
            self._gl.shown()

    @Slot()
    def _lose_gl(self) -> None:
        """Qt's graphics are gone; where they come back, so does the picture."""
        if self._gl is not None and self._player is not None:
            log.warning("the graphics were lost; the film goes on when they are back")
            self._player.renderer_gone()
        self._free_gl()

    @Slot(QQuickWindow.SceneGraphError, str)
    def _graphics_failed(self, _error: QQuickWindow.SceneGraphError, message: str) -> None:
        """Qt cannot draw any more; what draws was chosen before the application began."""
        log.error("the graphics failed: %s", message)
        distrust()
        if self._player is not None:
            self._player.fail(GRAPHICS_FAILED)

    @Slot()
    def _free_gl(self) -> None:
        gl, self._gl = self._gl, None
        if gl is not None:
            gl.close()

    def _release_gl(self, window: QQuickWindow) -> None:
        if self._gl is None:
            return
        if QThread.currentThread() is self.thread():
            window.releaseResources()
        self._free_gl()
