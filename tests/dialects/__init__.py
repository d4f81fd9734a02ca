"""Small datasets written as people's programs write them, each with the fit that is right.

`study` makes data, `ids` names individuals, `draft` collects what one person has, `text` and
`binary` write it; `spreadsheets`, `genetics`, `genotypes`, `relationships`, `pedigrees`,
`crosses`, `typed`, `books`, `declared`, `odd`, `special` and `packed` say how each program does
so, `plan` fixes how many of each kind there are, and `judge` runs the command line on them.
`python -m tests.dialects` prints what came of all of them.
"""
