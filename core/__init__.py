"""The little vocabulary that several rooms mean: money, time, typed errors, background work."""

from core import base64url
from core.clock import Clock, SystemClock
from core.errors import CinemaError, Code
from core.jobs import Cancel, Cancelled, Job, JobRunner, Progress, no_progress
from core.libraries import lacking
from core.money import Money
from core.words import LANGUAGES, Words, pick, pick_language

__all__ = [
    "LANGUAGES",
    "Cancel",
    "Cancelled",
    "CinemaError",
    "Clock",
    "Code",
    "Job",
    "JobRunner",
    "Money",
    "Progress",
    "SystemClock",
    "Words",
    "base64url",
    "lacking",
    "no_progress",
    "pick",
    "pick_language",
]
