"""How a probability is said; pure."""


def p_words(p: float) -> str:
    """p for a sentence: two significant digits, at most three decimals."""
    if p < 0.001:
        return "p < 0.001"
    decimals = 2 if p >= 0.0995 else 3
    return f"p = {p:.{decimals}f}"


def p_between(low: float, high: float) -> str:
    """Where p lies, for a sentence, as in “p lies between 0.097 and 0.15”."""
    first, last = p_words(low), p_words(high)
    if first == last:
        return first
    if low < 0.001:
        return f"p goes from below 0.001 to {last.removeprefix('p = ')}"
    return f"p lies between {first} and {last}".replace("p = ", "")
