"""Answers to set-up questions: from an option, else the environment, else the person at the keyboard."""

import getpass
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import passwords
from accounts.models import User
from accounts.names import clean_name, clean_username
from community.models import Unit
from config import env
from config.errors import DomainError


@dataclass(frozen=True)
class Question:
    """`check(answer, those before)` gives the answer as it is kept, or raises ValidationError with what is wrong."""

    variable: str
    text: str
    check: Callable[[str, dict[str, str]], str]
    secret: bool = False


def _name(answer: str, _before) -> str:
    return clean_name(answer)


def _username(answer: str, _before) -> str:
    return clean_username(answer)


def _password(answer: str, before: dict[str, str]) -> str:
    passwords.refuse_weak(answer, with_post=True)
    validate_password(answer, User(name=before.get("name", ""), username=before.get("username")))
    return answer


def _unit_name(answer: str, _before) -> str:
    return Unit._meta.get_field("name").clean(answer, None)


def _slug(answer: str, _before) -> str:
    if not re.fullmatch("[-a-z0-9]+", answer):
        raise ValidationError(_("Only small letters, digits and -, for example wenfeng."))
    return Unit._meta.get_field("slug").clean(answer, None)


OPERATOR = {
    "name": Question("OPERATOR_NAME", _("Operator's name"), _name),
    "username": Question(
        "OPERATOR_USERNAME",
        _("Operator's user name for signing in (small letters and digits)"),
        _username,
    ),
    "password": Question("OPERATOR_PASSWORD", _("Operator's password"), _password, secret=True),
}
COMMUNITY = {
    "district": Question("DISTRICT_NAME", _("District or county"), _unit_name),
    "street": Question("STREET_NAME", _("Street or town"), _unit_name),
    "name": Question("COMMUNITY_NAME", _("First community"), _unit_name),
    "slug": Question("COMMUNITY_SLUG", _("Its short name in addresses (small letters, digits and -)"), _slug),
}


def ask(questions: dict[str, Question], given: dict | None = None) -> dict[str, str]:
    """Answer by key; a wrong answer is asked for once more. Nothing has been written while this asks.

    Raises DomainError naming the variable when nobody can be asked or what it says cannot be.
    """
    answers = {}
    for key, question in questions.items():
        answer = (given or {}).get(key) or env.text(question.variable)
        if answer:
            answers[key] = _checked(question, answer, answers)
        elif sys.stdin.isatty():
            answers[key] = _at_the_keyboard(question, answers)
        else:
            raise DomainError(
                _("%(question)s: set %(variable)s, or start this where it can ask.")
                % {"question": question.text, "variable": question.variable}
            )
    return answers


def _checked(question: Question, answer: str, before: dict[str, str]) -> str:
    try:
        return question.check(answer, before)
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise DomainError(f"{question.text} ({question.variable}): {reason}") from error


def _at_the_keyboard(question: Question, before: dict[str, str]) -> str:
    if question.secret:
        print(passwords.rule(with_post=True))
    try:
        while (answer := _one_try(question, before)) is None:
            pass
    except (KeyboardInterrupt, EOFError):
        print()
        raise DomainError(_("Stopped. Nothing has been set up; you can begin anew at any time.")) from None
    return answer


def _one_try(question: Question, before: dict[str, str]) -> str | None:
    """An answer that can be, or None after saying what is wrong with it."""
    try:
        answer = question.check(_read(question, question.text), before)
    except ValidationError as error:
        print(" ".join(error.messages), file=sys.stderr)
        return None
    if question.secret and _read(question, _("Once more")) != answer:
        print(_("The two are not the same. Please type it again."), file=sys.stderr)
        return None
    return answer


def _read(question: Question, text: str) -> str:
    """What is typed. Raises ValidationError when it is nothing."""
    answer = (getpass.getpass if question.secret else input)(f"{text}: ").strip()
    if not answer:
        raise ValidationError(_("This is needed."))
    return answer
