"""Who meets whom: the only place that constructs things."""
