"""What needs doing today, for the index of the back office."""


def today(user) -> list[dict]:
    """`[{"title", "count", "url", "tone"}, …]` for what lies in `user`'s care; tone is one of a badge's."""
    return []
