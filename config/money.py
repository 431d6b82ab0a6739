"""Sums of money are kept in fen, and read in yuan."""


def yuan(fen: int) -> str:
    """`1,234.50`"""
    return f"{fen // 100:,}.{fen % 100:02d}"
