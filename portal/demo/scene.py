"""What every part of the demo shares while it is built: the day, the dice, the numbers given out so far."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from reports.periods import month_before
from residents.identity import check_digit

BATCH = 1000


def id_number(prefix: str, born: date, order: int) -> str:
    """An identity number with its right check digit; `prefix` ends in the county part 99, which exists nowhere."""
    body = f"{prefix}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@dataclass
class Scene:
    until: date
    seed: int
    password: str
    people_wanted: dict[str, int]  # residents of the register by slug
    full: bool = True  # False: the few rows that tests need
    transfers_wanted: int = 0  # points of a community beyond those that taking part gives
    codes: set[str] = field(default_factory=set)  # at counters and doors, of all communities
    _phones: int = 0
    _orders: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.hash = make_password(
            self.password, salt="demo" * 6
        )  # made once: every demo account has this password
        self.now = self.moment(self.until, 0)

    def dice(self, *subject) -> random.Random:
        """Dice of their own for every subject, so that adding to one part moves nothing in another."""
        return random.Random(":".join(map(str, (self.seed, *subject))))

    @property
    def first(self) -> date:
        """The first day things are told of: the last whole month finds the same month of the year before."""
        return month_before(self.until.replace(day=1), 13) if self.full else self.ago(40)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def ago(self, days: int) -> date:
        return self.until - timedelta(days=days)

    def phone(self) -> str:
        """The next number that begins with 154; a walk through all of them that meets none twice."""
        while True:
            self._phones += 1
            number = self._phones * 61_803_399 % 100_000_000
            if number >= 10_000:  # the low ones are those of the people to sign in as
                return f"154{number:08d}"

    def once(self, draw: Callable[[], str]) -> str:
        """What `draw` gives that it gave nobody before: a city's hundreds of thousands meet the same twice."""
        while (code := draw()) in self.codes:
            pass
        self.codes.add(code)
        return code

    def identity(self, prefix: str, born: date, sex: str) -> str:
        key = (prefix, born.toordinal(), sex)
        self._orders[key] += 1
        order = 2 * ((self._orders[key] + key[1] * 53) % 490) + (1 if sex == "m" else 2)
        return id_number(prefix, born, order)

    def account(self, name: str, phone: str, *, username: str | None = None, **fields) -> User:
        """An account not yet saved."""
        made = fields.pop("created_at", self.moment(self.ago(300), 9))
        return User(
            name=name,
            username=username,
            phone=f"+86{phone}",
            phone_verified_at=made,
            created_at=made,
            password=self.hash,
            **fields,
        )
