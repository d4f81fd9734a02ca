"""HapMap's genotypes, as TASSEL and GAPIT take them: a row a marker, letters for the calls."""

from functools import partial

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.calls import Book, Pair, left_out, pair_of
from lmm_data.readers.genotypes.collected import Collected
from lmm_data.readers.genotypes.families import named_candidates
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source

COLUMNS = 11
"""rs#, alleles, chrom, pos, strand, assembly#, center, protLSID, assayLSID, panelLSID, QCcode."""

_INDEL = {"0": ("+", "-"), "-": ("-", "-"), "+": ("+", "+")}


def read_hapmap(source: Source) -> Reading:
    """Genotypes in HapMap's form.

    Args:
        source: eleven columns on the marker, then one for each individual, between tabs or
            spaces: AA, AG, or one letter, where R, Y, S, W, K and M are heterozygous; N, NN, -
            and NA are missing, but of an insertion (alleles with + or -) - is an allele.

    Returns:
        Counts of the rarer allele. Markers of more than two alleles are left out.

    Raises:
        DataError: another header, lines of other lengths, an entry that is no genotype.
    """
    found, lines = lines_of(source, "the genotypes")
    _, first = next(lines, (1, ""))
    separator = "\t" if "\t" in first else None
    header = first.rstrip().split(separator)
    ids = tuple(label.strip() for label in header[COLUMNS:])
    if not ids or [head.lower() for head in header[1:4]] != ["alleles", "chrom", "pos"]:
        raise DataError(
            "the header must be rs#, alleles, chrom, pos and seven more, then the individuals",
            f"it has {len(header)} columns: {first[:60]}",
            "export it again",
            where=found,
        )
    made = Collected(found, len(ids))
    books = {False: Book(found), True: Book(found)}
    several: list[str] = []
    total = 0
    for line, text in lines:
        entries = [entry.strip() for entry in text.rstrip("\r\n").split(separator)]
        if len(entries) != len(header):
            raise DataError(
                f"every line must have as many fields as the header, {len(header):,}",
                f"line {line} has {len(entries):,}",
                "write missing entries as NN",
                where=found,
            )
        marker, alleles, chromosome, position = entries[:4]
        indel = not {"+", "-"}.isdisjoint(alleles.split("/"))
        book = books[indel]
        codes = book.codes(entries[COLUMNS:], line)
        try:
            coded = book.alleles(partial(_pair, indel)).coded(codes)
        except ValueError as error:
            raise DataError(
                "genotypes must be letters of two alleles, or one that stands for both",
                f"up to line {line} there is “{error.args[0][:40]}”",
                "write missing ones as NN",
                where=found,
            ) from None
        total += 1
        if coded is None:
            several.append(marker)
            continue
        made.add(marker, chromosome, as_number(position), alleles=(coded.counted, coded.other))
        made.counts.append(coded.counts)
    table = made.of(ids)
    return Reading(
        found,
        "genotypes",
        "HapMap’s genotypes, counts of the rarer allele",
        left_out(several, total, found),
        genotypes=table,
        candidates=named_candidates(table.ids),
    )


def _pair(indel: bool, entry: object) -> Pair:
    text = str(entry)
    if not indel:
        return pair_of(text)
    if len(text) == 2 and set(text) <= {"+", "-"}:
        return text[0], text[1]
    return _INDEL[text] if text in _INDEL else pair_of(text)
