"""The lesson “What moves h?”: five cases with the gryphons, each a question and its answer.

`frames` has what is computed, `cases` what is said of it; pure.
"""
