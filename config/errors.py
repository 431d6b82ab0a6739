class DomainError(Exception):
    """A refusal in one sentence, raised by operations and shown to the person who asked.

    `field`: which of the arguments it is about, for the page to show it there.
    """

    def __init__(self, *sentence, field: str = ""):
        super().__init__(*sentence)
        self.field = field


class StaleError(DomainError):
    """Somebody else changed the row since the form was opened."""
