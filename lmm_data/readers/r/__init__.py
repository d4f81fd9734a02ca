"""Objects of R, from .rds and .RData files."""
