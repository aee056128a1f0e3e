"""The demo films, drawn and scored by code."""

from films.demo.film import Quality, Reel, Shot
from films.demo.making import DemoPackages, make_demo
from films.demo.programme import FILMS, DemoFilm

__all__ = ["FILMS", "DemoFilm", "DemoPackages", "Quality", "Reel", "Shot", "make_demo"]
