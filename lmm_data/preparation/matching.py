"""Who is who in the files of a dataset: ids by spelling, by the order of rows, and who is where."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from lmm_core.errors import DataError, count, some
from lmm_data.checks.finding import clause
from lmm_data.checks.who_is_who import name_rows
from lmm_data.joining import AS_WRITTEN, SPELLINGS, JoinReport, join_report, respell
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.parts import Parts
from lmm_data.preparation.reshaping import called, kinship_without, rows_without
from lmm_data.readers.reading import KinshipMatrix, TextTable


def name_everyone(parts: Parts, choices: Choices) -> None:
    """The ids of all files: respelled, and by the order of the rows if that was decided.

    Raises:
        DataError: a file without ids, unless its rows are in the same order; ids that a change
            of spelling would make the same.
    """
    if choices.spelling not in ("", AS_WRITTEN):
        _respell(parts, choices.spelling)
    phenotypes, kinship = parts.both()
    covariates = parts.covariates
    files: list[TextTable | KinshipMatrix] = [
        phenotypes,
        kinship,
        *([covariates] if covariates else []),
    ]
    names = " and ".join(file.name for file in files if file.ids is None)
    if not names:
        return
    other = next((file.name for file in files if file.ids is not None), "the other")
    if kinship.ids is None and parts.row_ids is not None and len(parts.row_ids) == kinship.n:
        kinship, other = replace(kinship, ids=parts.row_ids), "the genotypes"
    made, found = name_rows(phenotypes, kinship, covariates)
    parts.order_offered = made is not None
    rule = "individuals must have ids, because files are joined by id"
    if made is None:
        raise DataError(
            rule, clause(found[0].found), "put the ids into the first column of each file"
        )
    if not choices.same_order:
        raise DataError(
            rule,
            f"there are none in {names}",
            "put them into the first column, or, if its rows are in the same order as those "
            f"of {other}, say so",
        )
    parts.phenotypes = phenotypes.with_ids(made.phenotypes.ids or ())
    parts.kinship = replace(kinship, ids=made.kinship.ids)
    if covariates is not None and made.covariates is not None:
        parts.covariates = covariates.with_ids(made.covariates.ids or ())
    parts.notes.append(
        f"The rows of {names} are joined with those of {other} by their order, as was decided: if "
        "it is another, everything that follows is wrong."
    )


def match(parts: Parts, choices: Choices) -> None:
    """Who is in which file, without those that are left out.

    Raises:
        DataError: some individuals are in every file, and more would be under another spelling.
    """
    phenotypes, kinship = parts.both()
    if choices.without:
        out = set(choices.without)
        known = {*(phenotypes.ids or ()), *(kinship.ids or ())}
        phenotypes = parts.phenotypes = rows_without(phenotypes, out)
        kinship = parts.kinship = kinship_without(kinship, out)
        parts.covariates = parts.covariates and rows_without(parts.covariates, out)
        there = [label for label in choices.without if label in known]
        absent = [label for label in choices.without if label not in known]
        if there:
            parts.notes.append(f"Left out, as was decided: {some(there, 12)}.")
        if absent:
            parts.notes.append(f"To be left out, and in no file: {some(absent, 12)}.")
    _require_upright(phenotypes, kinship)
    ids = _ids_of_files(parts, set(choices.without))
    parts.notes += _on_several(parts, ids)
    parts.join = join_report(ids)
    if choices.spelling:
        return
    if parts.join.matched:
        _require_alike(parts.join)
    # Who is in one file of traits need not be in another: each is looked at alone, too.
    for table in (one for tables in parts.several.values() for one in tables):
        alone = join_report({name: ids[name] for name in (table.name, kinship.name)})
        if alone.matched:
            _require_alike(alone)


def _ids_of_files(parts: Parts, out: Collection[str]) -> dict[str, Sequence[str]]:
    """Who is in each file, those that are joined to one table each by itself, without some."""
    phenotypes, kinship = parts.both()
    traits = parts.several.get("phenotypes", (phenotypes,))
    none = () if parts.covariates is None else (parts.covariates,)
    ids: dict[str, Sequence[str]] = {}
    # Phenotypes and sex of one fam file have the same name and the same ids.
    files: tuple[TextTable | KinshipMatrix, ...] = (*traits, kinship)
    for file in (*files, *parts.several.get("covariates", none)):
        ids.setdefault(file.name, [label for label in file.ids or () if label not in out])
    return ids


def _on_several(parts: Parts, ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Which files are joined to one table, what became of their names, and who is not in each."""
    for role, tables in parts.several.items():
        what = "traits" if role == "phenotypes" else "covariates"
        names = [table.name for table in tables]
        yield f"The {what} of {' and '.join(names)} are joined by id."
        if role == "phenotypes":
            yield from _on_names(tables)
        everyone = dict.fromkeys(label for name in names for label in ids[name])
        for name in names:
            here = set(ids[name])
            absent = [label for label in everyone if label not in here]
            if absent:
                who = count(len(absent), "individual", "individuals")
                yield f"Not in {name}, and in another file of {what}: {who}, {some(absent, 12)}."


def _on_names(tables: Sequence[TextTable]) -> Iterator[str]:
    """A sentence for each name that is in several files: what the traits are called instead."""
    new: dict[str, list[str]] = {}
    where: dict[str, list[str]] = {}
    for table, columns in zip(tables, called(tables), strict=True):
        for was, now in zip(table.columns, columns, strict=True):
            if was != now:
                new.setdefault(was, []).append(now)
                where.setdefault(was, []).append(table.name)
    for was, names in new.items():
        if len(names) > 1:
            yield (
                f"A trait “{was}” is in {' and in '.join(where[was])}: after their files they are "
                f"called {some(names, 12)}."
            )


def _require_upright(phenotypes: TextTable, kinship: KinshipMatrix) -> None:
    """A DataError if the individuals stand in the header of the phenotypes, and not in a column."""
    known = set(kinship.ids or ())
    across = known.intersection(phenotypes.columns)
    if known.isdisjoint(phenotypes.ids or ()) and 2 * len(across) > len(phenotypes.columns):
        raise DataError(
            "each individual must have a row, and each trait a column",
            f"{len(across)} of the {len(phenotypes.columns)} columns are ids of {kinship.name}",
            "the table lies on its side: exchange its rows and columns",
            where=phenotypes.name,
        )


def _require_alike(join: JoinReport) -> None:
    near = [miss for miss in join.near_misses if miss.rule == join.spelling]
    if not join.gained or not near:
        return
    example = near[0]
    raise DataError(
        "ids must be spelled alike in all files",
        f"only {count(join.matched, 'individual is', 'individuals are')} in every file, and "
        f"{join.gained:,} more would be if {SPELLINGS[join.spelling][0]}: “{example.id}” in "
        f"{example.file} may be “{example.other}” in {example.other_file}",
        f"write them alike, or say whether they are the same individuals (--spelling "
        f"{join.spelling}) or others (--spelling {AS_WRITTEN})",
    )


def _respell(parts: Parts, code: str) -> None:
    phenotypes, kinship = parts.both()
    if phenotypes.ids is not None and "phenotypes" not in parts.several:
        parts.phenotypes = phenotypes.with_ids(respell(phenotypes.ids, code))
    if kinship.ids is not None:
        parts.kinship = replace(kinship, ids=respell(kinship.ids, code))
    if parts.covariates is not None and parts.covariates.ids is not None:
        parts.covariates = parts.covariates.with_ids(respell(parts.covariates.ids, code))
    parts.several = {
        role: tuple(one.with_ids(respell(one.ids or (), code)) for one in tables)
        for role, tables in parts.several.items()
    }
    parts.join_several()
    parts.notes.append(f"The ids are compared as if {SPELLINGS[code][0]}, as was decided.")
