"""Answers to set-up questions: from an option, else the environment, else the person at the keyboard."""

import getpass
import sys

from config import env
from config.errors import DomainError

OPERATOR = {
    "name": ("OPERATOR_NAME", "Operator's name"),
    "username": ("OPERATOR_USERNAME", "Operator's user name for signing in"),
    "password": ("OPERATOR_PASSWORD", "Operator's password (10 characters or more)"),
}
COMMUNITY = {
    "district": ("DISTRICT_NAME", "District or county"),
    "street": ("STREET_NAME", "Street or town"),
    "name": ("COMMUNITY_NAME", "First community"),
    "slug": ("COMMUNITY_SLUG", "Its short name in addresses (small letters, digits and -)"),
}


def _at_the_keyboard(question: str, secret: bool) -> str:
    while True:
        answer = getpass.getpass(f"{question}: ") if secret else input(f"{question}: ")
        if answer.strip() and (not secret or getpass.getpass("Once more: ") == answer):
            return answer.strip()
        print("Please type it again." if answer else "This is needed.", file=sys.stderr)


def ask(questions: dict[str, tuple[str, str]], given: dict | None = None) -> dict[str, str]:
    """Answer by key. Raises DomainError naming the variable when nobody can be asked."""
    answers = {}
    for key, (variable, question) in questions.items():
        answer = (given or {}).get(key) or env.text(variable)
        if not answer and not sys.stdin.isatty():
            raise DomainError(f"{question}: set {variable}, or start this where it can ask.")
        answers[key] = answer or _at_the_keyboard(question, secret=key == "password")
    return answers
