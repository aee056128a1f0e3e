"""The venue's windows: one view-model each."""

from ui.kiosk.board import BoardServices, BoardViewModel
from ui.kiosk.camera import CameraReader, Frame, FrameSource
from ui.kiosk.door import DoorServices, DoorViewModel
from ui.kiosk.foyer import FoyerServices, FoyerViewModel
from ui.kiosk.guard import Guard
from ui.kiosk.pin_pad import PinPad
from ui.kiosk.sale import SaleServices, SaleViewModel
from ui.kiosk.show import ShowViewModel
from ui.kiosk.wedge import Wedge

__all__ = [
    "BoardServices",
    "BoardViewModel",
    "CameraReader",
    "DoorServices",
    "DoorViewModel",
    "FoyerServices",
    "FoyerViewModel",
    "Frame",
    "FrameSource",
    "Guard",
    "PinPad",
    "SaleServices",
    "SaleViewModel",
    "ShowViewModel",
    "Wedge",
]
