"""The back office of this room, by subject: the books are read, rules and budgets are kept."""

from . import books_admin, rules_admin, scheme_admin  # noqa: F401
