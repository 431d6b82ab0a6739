"""Conditions that triggers of this room share, in words both databases read."""


def own(person: str, resident: str) -> str:
    """The account `person` is that resident, or lives in one household with them."""
    return (
        "EXISTS (SELECT 1 FROM residents_resident r JOIN residents_resident me"
        f" ON me.user_id = {person} AND me.left_on IS NULL"
        f" AND (me.id = r.id OR me.household_id = r.household_id) WHERE r.id = {resident})"
    )
