class DomainError(Exception):
    """A refusal in one sentence, raised by operations and shown to the person who asked."""
