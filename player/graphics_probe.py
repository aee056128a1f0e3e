"""Prints what OpenGL calls its renderer. Runs in a process of its own, since a bad driver may crash: nothing of ours is
imported here.
"""

import ctypes
import sys

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_EGL = (
    ("eglGetDisplay", _POINTER, [_POINTER]),
    ("eglInitialize", _INT, [_POINTER, _POINTER, _POINTER]),
    ("eglBindAPI", _INT, [_INT]),
    ("eglChooseConfig", _INT, [_POINTER, _POINTER, _POINTER, _INT, _POINTER]),
    ("eglCreateContext", _POINTER, [_POINTER, _POINTER, _POINTER, _POINTER]),
    ("eglMakeCurrent", _INT, [_POINTER, _POINTER, _POINTER, _POINTER]),
    ("eglGetProcAddress", _POINTER, [ctypes.c_char_p]),
)
_OPENGL_API, _RENDERABLE_TYPE, _NONE, _RENDERER = 0x30A2, 0x3040, 0x3038, 0x1F01
_OPENGL_BIT = 8


def ask() -> str:
    """OpenGL's name for what draws; empty where there is none. A driver may end this process instead."""
    return _ask_egl() if sys.platform.startswith("linux") else _ask_qt()


def _ask_egl() -> str:
    egl = ctypes.CDLL("libEGL.so.1")
    for name, back, arguments in _EGL:
        function = getattr(egl, name)
        function.restype, function.argtypes = back, arguments
    display = egl.eglGetDisplay(None)
    if not (egl.eglInitialize(display, None, None) and egl.eglBindAPI(_OPENGL_API)):
        return ""
    config, count = _POINTER(), _INT()
    wanted = (_INT * 3)(_RENDERABLE_TYPE, _OPENGL_BIT, _NONE)
    found = egl.eglChooseConfig(display, wanted, ctypes.byref(config), 1, ctypes.byref(count))
    context = egl.eglCreateContext(display, config, None, None) if found and count.value else None
    if not context or not egl.eglMakeCurrent(display, None, None, context):
        return ""
    get_string = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_uint)(egl.eglGetProcAddress(b"glGetString"))
    return (get_string(_RENDERER) or b"").decode()


def _ask_qt() -> str:
    from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext  # noqa: PLC0415 - Linux needs no Qt

    application = QGuiApplication([])
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not (context.create() and context.makeCurrent(surface)):
        return ""
    name = context.functions().glGetString(_RENDERER)
    del application
    return str(name or "")


if __name__ == "__main__":
    print(ask())  # noqa: T201 - the answer
