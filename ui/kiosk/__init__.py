"""The venue's windows: one view-model each."""

from ui.kiosk.board import BoardServices, BoardViewModel
from ui.kiosk.camera import CameraReader, Frame, FrameSource
from ui.kiosk.door import DoorServices, DoorViewModel
from ui.kiosk.guard import Guard
from ui.kiosk.pin_pad import PinPad
from ui.kiosk.wedge import Wedge

__all__ = ["BoardServices", "BoardViewModel", "DoorServices", "DoorViewModel", "Guard", "PinPad", "Wedge"]
from ui.kiosk.sale import SaleServices, SaleViewModel

__all__ = [
    "BoardServices",
    "BoardViewModel",
    "CameraReader",
    "DoorServices",
    "DoorViewModel",
    "Frame",
    "FrameSource",
    "SaleServices",
    "SaleViewModel",
    "Wedge",
]
