"""A receipt printer (ESC/POS) on a port or in the network. Receipts are pictures: any language, any letters."""

import io
import logging
import socket
from typing import Protocol

from core import CinemaError, Code

log = logging.getLogger(__name__)

PORT = 9100
WAIT_S = 5
WIDTH_DOTS = 384
"""Of paper of 58 mm; wider printers leave a margin."""


class Printer(Protocol):
    """Prints a receipt. Implementation: `ReceiptPrinter`."""

    def print(self, png: bytes) -> None:
        """Print a picture and cut the paper. Raises `CinemaError` (offline)."""
        ...


class ReceiptPrinter:
    """A printer by its address: ``HOST[:PORT]`` in the network, or a device file as ``/dev/usb/lp0``."""

    def __init__(self, address: str) -> None:
        self._address = address

    def print(self, png: bytes) -> None:
        """Print a picture and cut the paper. Raises `CinemaError` (offline) where it does not answer."""
        from escpos.printer import Dummy  # noqa: PLC0415 - large, and few doors print
        from PIL import Image  # noqa: PLC0415

        said = Dummy()
        said.image(Image.open(io.BytesIO(png)), impl="bitImageRaster")
        said.cut()
        try:
            self._send(said.output)
        except (OSError, ValueError) as error:
            log.warning("the receipt printer does not answer: %s", type(error).__name__)
            raise CinemaError(Code.OFFLINE, "The receipt printer does not answer.") from error

    def _send(self, data: bytes) -> None:
        if "/" in self._address or "\\" in self._address:
            with open(self._address, "wb", buffering=0) as port:  # noqa: PTH123 - a device
                port.write(data)
            return
        host, _, port_text = self._address.partition(":")
        with socket.create_connection((host, int(port_text or PORT)), WAIT_S) as line:
            line.sendall(data)
