"""The workbench, where a film's notes are written: one view-model for the notes, one for the film, one for its time."""

from ui.workbench.pictures import folder_pictures
from ui.workbench.services import BenchServices
from ui.workbench.workbench import WorkbenchViewModel

__all__ = ["BenchServices", "WorkbenchViewModel", "folder_pictures"]
