"""“How K is made”: a lesson in five parts, from two mice and four markers to everybody; pure.

The small table is the same for all: eight mice, of whom two are multiplied by hand.
"""
