"""The command line, `lmm`: a file for each command."""
