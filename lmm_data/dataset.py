"""Individuals joined by id: the data behind a fit, and the arrays of one fit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, fingerprint, locked, read_only
from lmm_core.errors import DataError, some
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.records import decompose_records
from lmm_data.joining import SPELLINGS, join_report, where_each_is
from lmm_data.records import by_individual, expanded, key_of, subset
from lmm_data.tables import Table, as_kinship_table, require_one_row, rows_of
from lmm_data.terms import Terms
from lmm_data.weights import weights_of

MIN_INDIVIDUALS = 3
INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True)
class Alignment:
    """Who was matched by id and who was not; each individual is in exactly one field.

    Attributes:
        matched: in every file, in the order of the kinship.
        only_in_kinship: in the kinship and in no other file.
        only_in_phenotype: in the phenotype file and in no other.
        only_in_covariates: in the covariate file and in no other.
        lacking: with three files, those in two of them: (id, file that lacks it), the file
            being "kinship", "phenotype" or "covariates".
    """

    matched: tuple[str, ...]
    only_in_kinship: tuple[str, ...] = ()
    only_in_phenotype: tuple[str, ...] = ()
    only_in_covariates: tuple[str, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Problem(Brief):
    """The arrays of one fit, without the individuals that lack a value.

    Attributes:
        trait: name of the phenotype.
        ids: whose each of the n records is that are left; an individual may have several.
        y: phenotype, shape (n,).
        X: covariates, shape (n, 1 + c), the intercept first.
        relationship: kinship of the k individuals that have a record, shape (k, k); the very
            array of the dataset if none of them is dropped.
        columns: names of the columns of X, "intercept" first.
        dropped: (id, reason) of each record left out.
        kinship_fingerprint: of the kinship and of whose the records are, for caches keyed by it.
        of: the index of each record's individual in `relationship`, shape (n,); None if each has
            one, in that order.
        weights: w of residual variances v(1-h)/w, shape (n,); None for all 1.
        weighted_by: the column that they are from.
        fingerprint: of y, X, K and weights together.
    """

    trait: str
    ids: tuple[str, ...]
    y: Floats
    X: Floats
    relationship: Floats
    columns: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    kinship_fingerprint: str
    of: Ints | None = None
    weights: Floats | None = None
    weighted_by: str = ""
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        weights = () if self.weights is None else (self.weights,)
        key = fingerprint(self.y, self.X, [self.kinship_fingerprint], *weights)
        object.__setattr__(self, "fingerprint", key)

    @property
    def n(self) -> int:
        """Number of records: of individuals, where each has one."""
        return len(self.ids)

    @property
    def individuals(self) -> int:
        """Number of individuals with a record."""
        return len(self.relationship)

    @property
    def K(self) -> Floats:  # noqa: N802
        """The kinship of every two records, shape (n, n).

        Raises:
            DataError: so many records of the same individuals that it is not written out.
        """
        return expanded(self.relationship, self.of)

    def decomposed(self) -> KinshipEigen:
        """The decomposition of K, which is not written out if individuals have several records.

        Raises:
            KinshipError: K is no kinship.
        """
        if self.of is None:
            return decompose(self.relationship, weights=self.weights)
        return decompose_records(self.relationship, self.of, weights=self.weights)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dataset(Brief):
    """Kinship, traits and covariates of the same individuals in the same order.

    Made by `align`, which joins by id.

    Attributes:
        name: what to call the dataset.
        ids: whose each of the n records is: the individuals, where each has one record.
        relationship: kinship of the k individuals, shape (k, k), read-only.
        traits: one row per record, NaN where missing.
        covariates: one row per record, NaN where missing; there may be no column.
        alignment: who was matched, and who was left out; the k individuals are `matched`.
        terms: what a model may do with the columns of the files; None for tables of numbers,
            all of whose columns can be used.
        weighted_by: the column of weights of every fit, see `weights_of`; "" for none.
        of: the index of each record's individual, shape (n,); None if each has one record.
        kinship_fingerprint: of the kinship and of whose the records are, computed once.
    """

    name: str
    ids: tuple[str, ...]
    relationship: Floats
    traits: Table
    covariates: Table
    alignment: Alignment
    terms: Terms | None = None
    weighted_by: str = ""
    of: Ints | None = field(init=False)
    kinship_fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        k = len(self.alignment.matched)
        repeated = len(set(self.ids)) < len(self.ids)
        same = self.traits.ids == self.covariates.ids == self.ids
        whose = set(self.ids) == set(self.alignment.matched)
        if self.relationship.shape != (k, k) or not (
            same and (whose if repeated else self.ids == self.alignment.matched)
        ):
            raise DataError(
                "kinship, traits and covariates must have the same individuals in the same order",
                "they do not",
                "build the dataset with align()",
                where=self.name,
            )
        of = None
        if repeated:
            of = read_only(np.array(rows_of(self.alignment.matched, self.ids, self.name)))
        object.__setattr__(self, "of", of)
        object.__setattr__(self, "relationship", locked(self.relationship))
        object.__setattr__(self, "kinship_fingerprint", key_of(self.relationship, of))

    @property
    def n(self) -> int:
        """Number of records: of individuals, where each has one."""
        return len(self.ids)

    @property
    def individuals(self) -> tuple[str, ...]:
        """The individuals, in the order of the kinship."""
        return self.alignment.matched

    @property
    def kinship(self) -> Floats:
        """The kinship of every two records, shape (n, n), read-only.

        Raises:
            DataError: so many records of the same individuals that it is not written out.
        """
        return expanded(self.relationship, self.of)

    def explains_itself(self, trait: str, covariates: Sequence[str]) -> bool:
        """Whether a trait is one of these covariates; another column of that name is not it."""
        return trait in covariates and np.array_equal(
            self.traits.column(trait), self.covariates.column(trait), equal_nan=True
        )

    def complete(
        self, covariates: Sequence[str], remedy: str = "choose fewer covariates"
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """X of these covariates, shape (n, p), and which records have all of them, shape (n,).

        Raises:
            DataError: fewer than three have; what to do then is the remedy.
        """
        X = self.covariates.design(covariates)
        keep = np.asarray(~np.isnan(X).any(axis=1))
        if keep.sum() < MIN_INDIVIDUALS:
            raise DataError(
                f"at least {MIN_INDIVIDUALS} individuals must have every covariate",
                f"{keep.sum()} of {self.n} have {' and '.join(covariates)}",
                remedy,
            )
        return X, keep

    def problem(
        self, trait: str, covariates: Sequence[str] = (), *, weights: str | None = None
    ) -> Problem:
        """The arrays for fitting one trait: y, X with its intercept, and K.

        A record whose phenotype or whose covariate is missing leaves y, X and K together, and is
        named with the reason. A trait that is constant is accepted: that it says nothing about h
        is the fit's to report.

        Args:
            trait: a column of `traits`.
            covariates: columns of `covariates`, in the order wanted in X.
            weights: as `weighted_by`, which is taken unless others, or "", are given.

        Raises:
            DataError: an unknown or repeated name, a column with an entry that cannot be used, a
                trait among its own covariates, or fewer than three individuals left.
        """
        if self.terms is not None and trait in self.terms.refused_traits:
            raise self.terms.refused_traits[trait].anew()
        _require_known(trait, self.traits.columns, f"{self.name} has no trait")
        for column in covariates:
            if self.terms is not None and column in self.terms.refused_covariates:
                raise self.terms.refused_covariates[column].anew()
            _require_known(column, self.covariates.columns, f"{self.name} has no covariate")
        if self.explains_itself(trait, covariates):
            raise DataError(
                "a trait cannot explain itself",
                f"“{trait}” is the trait and a covariate",
                "leave it out of the covariates, or choose another trait",
            )
        weights = self.weighted_by if weights is None else weights
        columns = (INTERCEPT, *covariates)
        if len(set(columns)) < len(columns):
            raise DataError(
                "the columns of X must be different",
                some(columns, len(columns)),
                "name each covariate once, and leave the intercept out, which is always there",
            )
        y = self.traits.column(trait)
        X = self.covariates.design(covariates)
        w = weights_of(self, weights, trait) if weights else np.ones(self.n)
        missing = np.column_stack([np.isnan(y), np.isnan(X[:, 1:]), np.isnan(w)])
        keep = np.asarray(~missing.any(axis=1))
        labels = (trait, *covariates, weights)
        dropped = tuple(
            (self.ids[i], _reason([labels[j] for j in np.flatnonzero(missing[i])]))
            for i in np.flatnonzero(~keep)
        )
        left = int(keep.sum())
        if left < MIN_INDIVIDUALS:
            raise DataError(
                f"at least {MIN_INDIVIDUALS} individuals must have every value",
                f"{left} of {self.n} have {' and '.join(filter(None, labels))}",
                "choose another trait or fewer covariates",
            )
        K, of, key = self.relationship, self.of, self.kinship_fingerprint
        if dropped:
            K, of = subset(K, of, keep)
            key = key_of(K, of)
        return Problem(
            trait=trait,
            ids=tuple(self.ids[i] for i in np.flatnonzero(keep)),
            y=read_only(y[keep]),
            X=read_only(X[keep]),
            relationship=K,
            columns=columns,
            dropped=dropped,
            kinship_fingerprint=key,
            of=of,
            weights=read_only(w[keep]) if weights else None,
            weighted_by=weights,
        )


def align(
    name: str,
    phenotypes: Table,
    kinship: Table,
    covariates: Table | None = None,
    terms: Terms | None = None,
) -> Dataset:
    """Join phenotypes, kinship and covariates by id, never by position.

    Args:
        name: what to call the dataset.
        phenotypes: one column per trait; several rows of one id are records of that individual.
        kinship: square, its columns named by its ids.
        covariates: one column per covariate, without an intercept, and a row for each individual,
            or, with the same ids in the same order as the phenotypes, for each record; None for
            no covariates.
        terms: what a model may do with the columns of the files that the tables are from.

    Returns:
        The individuals that are in every table, in the order of the kinship; records of one in
        the order of the phenotypes.

    Raises:
        DataError: a kinship that is not one (see `as_kinship_table`); several rows of covariates
            for one individual; or fewer than three individuals in common, with examples of the
            ids and a likely cause.

    >>> K = Table("K", ("a", "b", "c"), ("a", "b", "c"), np.eye(3))
    >>> y = Table("y", ("c", "b", "a", "d"), ("weight",), np.array([[3.0], [2.0], [1.0], [4.0]]))
    >>> data = align("example", y, K)
    >>> data.traits.column("weight"), data.alignment.only_in_phenotype
    (array([1., 2., 3.]), ('d',))
    """
    kinship = as_kinship_table(kinship)
    tables = {"kinship": kinship, "phenotype": phenotypes}
    if covariates is not None:
        if covariates.ids != phenotypes.ids:
            require_one_row(covariates.ids, covariates.name)
        tables["covariates"] = covariates
    alignment = _alignment(tables)
    matched = alignment.matched
    if len(matched) < MIN_INDIVIDUALS:
        raise _too_few(len(matched), tables)
    matrix = kinship.values
    if matched != kinship.ids:
        shared = set(matched)
        rows = np.array([label in shared for label in kinship.ids])
        matrix = read_only(matrix[np.ix_(rows, rows)])
    if phenotypes.repeats:
        indices = by_individual(phenotypes.ids, matched)
        if covariates is not None and covariates.ids == phenotypes.ids:
            covariates = covariates.take(indices)
        traits = phenotypes.take(indices)
    else:
        traits = phenotypes.select(matched)
    if covariates is None:
        covariates = Table("no covariates", traits.ids, (), np.empty((traits.n, 0)))
    elif covariates.ids != traits.ids:
        covariates = covariates.select(traits.ids)
    return Dataset(
        name=name,
        ids=traits.ids,
        relationship=matrix,
        traits=traits,
        covariates=covariates,
        alignment=alignment,
        terms=terms,
    )


def _alignment(tables: dict[str, Table]) -> Alignment:
    files_of = where_each_is({kind: table.ids for kind, table in tables.items()})

    def only(*kinds: str) -> tuple[str, ...]:
        return tuple(label for label, files in files_of.items() if files == kinds)

    return Alignment(
        matched=only(*tables),
        only_in_kinship=only("kinship"),
        only_in_phenotype=only("phenotype"),
        only_in_covariates=only("covariates"),
        lacking=tuple(
            (label, next(kind for kind in tables if kind not in files))
            for label, files in files_of.items()
            if 1 < len(files) < len(tables)
        ),
    )


def _require_known(label: str, known: tuple[str, ...], complaint: str) -> None:
    if label not in known:
        rule = f"{complaint} “{label}”"
        if not known:
            raise DataError(rule, "there are none")
        raise DataError(rule, remedy=f"choose from {some(known, 12)}")


def _reason(labels: Sequence[str]) -> str:
    return f"{' and '.join(labels)} {'is' if len(labels) == 1 else 'are'} missing"


def _too_few(count: int, tables: dict[str, Table]) -> DataError:
    files = "; ".join(f"{table.name} has {some(table.ids)}" for table in tables.values())
    shared = "no id is" if count == 0 else "1 id is" if count == 1 else f"{count} ids are"
    return DataError(
        f"at least {MIN_INDIVIDUALS} individuals must be in every file",
        f"{shared} shared; {files}",
        _likely_cause(tables) or "write the same ids in each file",
    )


def _likely_cause(tables: dict[str, Table]) -> str | None:
    """The single difference in spelling that keeps most ids apart, if there is one."""
    report = join_report({kind: table.ids for kind, table in tables.items()})
    if not report.spelling:
        return None
    words, _ = SPELLINGS[report.spelling]
    return f"{report.matched + report.gained} would match if {words}: write the ids alike"
