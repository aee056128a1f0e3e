"""The viewer's pages: one view-model each, and the shell that leads from one to the next."""

from ui.viewer.services import Services
from ui.viewer.shell import ShellViewModel

__all__ = ["Services", "ShellViewModel"]
