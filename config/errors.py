class DomainError(Exception):
    """A refusal in one sentence, raised by operations and shown to the person who asked."""


class StaleError(DomainError):
    """Somebody else changed the row since the form was opened."""
