"""Who meets whom: the only place that constructs things."""

__version__ = "0.1.0"
