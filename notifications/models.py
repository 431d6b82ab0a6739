"""What people are told: in the portal, and by whatever else they chose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.crypto import EncryptedField

from .kinds import GROUPS, words_of


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    MAIL = "mail", _("e-mail")
    PHONE = "phone", _("telephone call")


class ToldQuerySet(models.QuerySet):
    def for_cause(self, start: str):
        """What was told because of `start` and everything below it: `event:7/` or `event:7/session:42`."""
        return self.filter(cause__gte=start, cause__lt=f"{start}\U0010ffff")


class Told(models.Model):
    """`cause` and `about` name rows of rooms further down by text; `path` is the unit where it happened."""

    kind = models.CharField(_("kind"), max_length=24)
    path = models.CharField(max_length=64, editable=False)
    cause = models.CharField(_("cause"), max_length=80)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self):
        return self.subject

    @property
    def kind_words(self) -> str:
        return words_of(self.kind)


class InboxQuerySet(ToldQuerySet):
    def of(self, user):
        return self.filter(account=user)

    def unread(self):
        return self.filter(read_at=None)


class InboxMessage(Told):
    """A message in somebody's inbox. `key` keeps the same thing from being told twice."""

    key = models.CharField(max_length=160, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="inbox", verbose_name=_("account")
    )
    url = models.CharField(_("leads to"), max_length=200, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message in the inbox")
        verbose_name_plural = _("messages in the inbox")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["account", "-id"], name="inbox_of"),
            models.Index(fields=["account"], condition=Q(read_at=None), name="inbox_unread"),
            models.Index(fields=["cause"], name="inbox_cause"),
            models.Index(fields=["at"], name="inbox_at"),
        ]


class OutgoingQuerySet(ToldQuerySet):
    def due(self, now):
        """What the clock sends: waiting, or failed and to be tried again."""
        return self.filter(state__in=Outgoing.OPEN, next_try_at__lte=now).exclude(channel=Channel.PHONE)

    def to_telephone(self):
        """Whom somebody still has to telephone, while it is worth it."""
        rows = self.filter(channel=Channel.PHONE, state=Outgoing.State.WAITING)
        return rows.filter(Q(not_after=None) | Q(not_after__gt=timezone.now()))


class Outgoing(Told):
    """What leaves the house for one person by one channel: by SMS or e-mail at the clock, or by somebody who telephones."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("message", "waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed, to be tried again")
        UNCLEAR = "unclear", _("not known whether it went out")
        GIVEN_UP = "given_up", _("given up")
        CANCELLED = "cancelled", _("called off")

    OPEN = (State.WAITING, State.FAILED)

    key = models.CharField(max_length=170, unique=True, editable=False)  # of what is told, and the channel
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="outgoing",
        verbose_name=_("account"),
    )
    name = models.CharField(pgettext_lazy("of a message", "to"), max_length=60)
    phone = EncryptedField(_("phone"), blank=True, default="")  # of somebody without an account
    about = models.CharField(max_length=80, blank=True, editable=False)  # "residents.resident:42"
    urgent = models.BooleanField(_("also at night"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    not_after = models.DateTimeField(_("worthless from"), null=True)
    claimed_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(_("what went wrong"), max_length=200, blank=True)
    note = models.CharField(_("remarks"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = _("message going out")
        verbose_name_plural = _("messages going out")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["waiting", "failed"]), name="outgoing_due"
            ),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="outgoing_claimed"),
            models.Index(fields=["path", "-id"], name="outgoing_path"),
            models.Index(
                fields=["path", "id"],
                condition=Q(channel="phone", state="waiting"),
                name="outgoing_to_telephone",
            ),
            models.Index(fields=["cause"], name="outgoing_cause"),
            models.Index(fields=["at"], name="outgoing_at"),
        ]

    @property
    def told_key(self) -> str:
        """The key of what is told, the same for every channel."""
        return self.key.rpartition("/")[0]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Choice(models.Model):
    """What somebody wants, or does not want, to be told by a channel. Where there is no row the table of groups says."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account")
    )
    group = models.CharField(
        _("what"), max_length=16, choices=[(code, group.words) for code, group in GROUPS.items()]
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    wanted = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("choice of channel")
        verbose_name_plural = _("choices of channel")
        constraints = [
            models.UniqueConstraint(fields=["account", "group", "channel"], name="one_choice_for_a_channel")
        ]

    def __str__(self):
        return f"{self.get_group_display()} · {self.get_channel_display()}"


class MailAddress(models.Model):
    """The e-mail address somebody gave for messages; nothing but the code that proves it is sent there before."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mail_address", verbose_name=_("account")
    )
    address = EncryptedField(_("e-mail address"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    code_digest = models.CharField(max_length=128, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)  # since the day of the first
    counted_from = models.DateTimeField(default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")

    def __str__(self):
        return f"{self.account}"
