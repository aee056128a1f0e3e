"""Which library of the machine's own a loader looked for in vain."""

import re

from core.errors import CinemaError, Code

_SOUGHT = re.compile(r"(?:^|\s)(lib[\w+.-]+\.so[\w.]*): cannot open shared object file")
_GRAPHICS = ("libGL", "libEGL", "libOpenGL", "libGLX")


def lacking(error: OSError | ImportError) -> CinemaError | None:
    """The refusal that names a library which this machine lacks, and what brings it; nothing for any other error.

    A frozen program's own loader hides the system's words behind others: the error that came before is asked too.
    """
    said: BaseException | None = error
    sought = None
    while said is not None and sought is None:
        sought = _SOUGHT.search(str(said))
        said = said.__cause__
    if sought is None:
        return None
    name = sought[1]
    fix = "Install the package that has it."
    if name.startswith(_GRAPHICS):
        fix = "Install it: apt install libgl1 libegl1, or dnf install mesa-libGL mesa-libEGL."
    return CinemaError(Code.LIBRARY_MISSING, f"{name} is missing on this machine. {fix}")
