"""How a probability is said; pure."""


def p_words(p: float) -> str:
    """p for a sentence: two significant digits, at most three decimals."""
    if p < 0.001:
        return "p < 0.001"
    decimals = 2 if p >= 0.0995 else 3
    return f"p = {p:.{decimals}f}"
