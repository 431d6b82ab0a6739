"""Reasons as staff type them."""

from django.core.exceptions import ValidationError

from config.errors import DomainError
from residents.identity import refuse_numbers

MOST = 200


def said(reason: str) -> str:
    """As it is kept: short, and without the number of a person's document or phone. Raises DomainError."""
    reason = reason.strip()[:MOST]
    try:
        refuse_numbers(reason)
    except ValidationError as error:
        raise DomainError(error.messages[0]) from error
    return reason
