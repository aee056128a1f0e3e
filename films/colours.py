"""What a picture's numbers mean, and how a high dynamic range becomes one for ordinary screens (pure)."""

from dataclasses import dataclass

REFERENCE_WHITE_NITS = 203
"""HDR reference white, a page or a diffuse white in the scene (ITU-R BT.2408, 2.2); SDR's white."""
PEAK_NITS = 1000
"""Brighter is white: what most HDR films are graded on, and HLG's nominal display (BT.2100)."""
PQ, HLG = "smpte2084", "arib-std-b67"

_WIDE = {"bt2020", "smpte431", "smpte432"}
_KNEE = 0.5
"""Below this share of reference white nothing is compressed, about as BT.2390 places its knee for 1000 nits."""


@dataclass(frozen=True)
class Colour:
    """As FFmpeg names them; empty where nothing is said."""

    primaries: str = ""
    transfer: str = ""
    matrix: str = ""

    @property
    def hdr(self) -> bool:
        """Whether it is brighter than SDR can say."""
        return self.transfer in (PQ, HLG)

    @property
    def wide(self) -> bool:
        """Whether it holds colours that BT.709 cannot say, or says the same ones by other numbers."""
        return self.primaries in _WIDE


def to_bt709(colour: Colour) -> str:
    """The FFmpeg filters that make BT.709 limited range of it; empty where it already is (or nearly).

    HDR is tone-mapped so that 203 nits come out at 90 % of SDR's white and mid grey where it was: zimg's filter for the
    curves, FFmpeg's ``tonemap`` for the highlights. Its ``desat`` stays off: FFmpeg changed what it means.
    """
    primaries = colour.primaries or "bt2020"
    matrix = colour.matrix or "bt2020nc"
    said = f"pin={primaries}" + ("" if matrix == "gbr" else f":min={matrix}")
    if colour.hdr:
        peak = PEAK_NITS / REFERENCE_WHITE_NITS
        return (
            f"zscale=tin={colour.transfer}:{said}:t=linear:npl={REFERENCE_WHITE_NITS},format=gbrpf32le,zscale=p=bt709,"
            f"tonemap=mobius:param={_KNEE}:peak={peak:.3f}:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
        )
    if colour.wide:
        return f"zscale=tin=bt709:{said}:t=bt709:p=bt709:m=bt709:r=tv,format=yuv420p"
    return ""
