"""The loopback server between libmpv and everything else."""

from player.gateway.line import Observer
from player.gateway.play import OpenPlay, Stats
from player.gateway.rate import Conditions, Quality
from player.gateway.server import Gateway

__all__ = ["Conditions", "Gateway", "Observer", "OpenPlay", "Quality", "Stats"]
