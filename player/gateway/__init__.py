"""The loopback server between libmpv and everything else."""

from player.gateway.rate import Conditions, choose
from player.gateway.server import Gateway, OpenPlay, Stats
from player.gateway.store import Observer

__all__ = ["Conditions", "Gateway", "Observer", "OpenPlay", "Stats", "choose"]
