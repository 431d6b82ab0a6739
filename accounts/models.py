from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import _user_has_module_perms, _user_has_perm
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from config.crypto import EncryptedField, FingerprintField, fingerprints

from .acts import name_of
from .phones import find_mobile, masked


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(deactivated_at=None)

    def with_post(self, **more):
        """Those who hold a post today, one that `more` describes (`posts__unit=…`)."""
        today = timezone.localdate()
        not_over = Q(posts__ended_on=None) | Q(posts__ended_on__gte=today)
        return self.filter(not_over, posts__started_on__lte=today, posts__withdrawn_at=None, **more)

    def with_phone(self, phone: str):
        """`phone` in the normal form `+8615400000001`."""
        return self.filter(phone_print__in=fingerprints(phone))

    def with_login(self, login: str):
        """Whoever signs in with `login`: a phone however it is typed, or a user name."""
        phone = find_mobile(login)
        found = Q(username=login.strip().lower())
        return self.filter(found | Q(phone_print__in=fingerprints(phone))) if phone else self.filter(found)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who may act. Rights come from posts (community.Post) alone; nobody is a superuser."""

    username = models.CharField(_("user name"), max_length=60, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, db_index=True)
    phone = EncryptedField(_("phone"), blank=True, default="")
    phone_print = FingerprintField(source="phone", unique=True)
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    phone_lost_at = models.DateTimeField(
        _("phone reported lost at"), null=True, blank=True, editable=False
    )  # until it is proven again, no code goes to it
    home = models.CharField(
        _("unit at sign-up"), max_length=64, blank=True, default="", db_index=True, editable=False
    )  # the path of the unit that cares for an account nobody in the register and no post belongs to
    password_set_at = models.DateTimeField(
        _("password chosen at"), default=timezone.now, editable=False
    )  # counts for those with a post (PASSWORD_DAYS)
    must_change_password = models.BooleanField(_("has to choose a new password"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    elder = models.BooleanField(_("elder mode"), default=False)
    sessions_ended = models.PositiveIntegerField(
        default=0, editable=False
    )  # raised to end every open session
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    # Whether anything was ever chosen about messages: whoever has not need not be asked for when telling many.
    has_chosen_channels = models.BooleanField(default=False, editable=False)
    deactivated_at = models.DateTimeField(_("deactivated at"), null=True, blank=True, editable=False)
    deactivated_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("deactivated by"),
    )

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    is_superuser = False

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="user_name_in_small_letters")
        ]

    def __str__(self):
        return self.name

    @property
    def is_active(self):
        return self.deactivated_at is None

    @property
    def is_staff(self):
        """May enter the back office: a right of the posts, asked through the backend."""
        return self.has_perm("admin.enter")

    def has_perm(self, perm, obj=None):
        return self.is_active and _user_has_perm(self, perm, obj)

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        return self.is_active and _user_has_module_perms(self, app_label)

    def has_post(self) -> bool:
        """Holds a post today. Rules for passwords are stricter then."""
        return self.pk is not None and User.objects.filter(pk=self.pk).with_post().exists()

    def _get_session_auth_hash(self, secret=None):
        """Open sessions end when the password changes, and when `sessions_ended` is raised."""
        return salted_hmac(
            "accounts.User.session",
            f"{self.password}|{self.sessions_ended}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def masked_phone(self):
        return masked(self.phone)

    def get_full_name(self):
        return self.name

    get_short_name = get_full_name


def when(moment) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


class Activity(models.Model):
    """Who did what to which row, where and with what result. Append-only; names no person but the actor's id."""

    DONE, REFUSED = "done", "refused"

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("done by"), db_index=False
    )
    act = models.CharField(_("act"), max_length=60, db_index=True)
    object = models.CharField(_("object"), max_length=80, blank=True, db_index=True)  # "events.event:42"
    path = models.CharField(_("unit at that time"), max_length=64, blank=True)
    result = models.CharField(
        _("result"), max_length=10, default=DONE, choices=[(DONE, _("done")), (REFUSED, _("refused"))]
    )
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("activity log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["by", "-at"], name="activity_by"),
            models.Index(fields=["path", "-at"], name="activity_path"),
            # refusals are few among millions of lines
            models.Index(fields=["-at", "-id"], condition=Q(result="refused"), name="activity_refused"),
        ]

    def __str__(self):
        return f"{when(self.at)} {name_of(self.act)}"


LOOKED_AT = {"id_number": _("document number"), "phone": _("phone"), "answer": _("answer to a question")}


class Look(models.Model):
    """Somebody saw a full value (ID number, phone …), and said what for. Append-only, shown to the person."""

    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("done by"))
    subject = models.CharField(_("whose"), max_length=80)  # "residents.resident:42"
    field = models.CharField(_("what"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=200)
    path = models.CharField(_("unit at that time"), max_length=64, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=1)  # more than one for an export

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject", "-at"], name="look_subject"),
            models.Index(fields=["path", "-at"], name="look_path"),
        ]

    def __str__(self):
        return f"{when(self.at)} {self.by}"

    @property
    def what(self) -> str:
        """The field in words."""
        return str(LOOKED_AT.get(self.field, self.field))


class ActivationCodeQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=timezone.now(),
            tries__lt=settings.ACTIVATION_TRIES,
        )


class ActivationCode(models.Model):
    """A code staff print at the counter for somebody who gets no SMS: it proves the person once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="activation_codes", verbose_name=_("account"))
    digest = models.CharField(
        max_length=128, editable=False
    )  # a password hash; the code itself is on paper only
    path = models.CharField(_("unit at that time"), max_length=64, blank=True, db_index=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("expires at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("made worthless at"), null=True, blank=True)

    objects = ActivationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at=None, withdrawn_at=None), name="one_live_activation_code"
            )
        ]


class PastPassword(models.Model):
    """The hash of a password somebody had, so that they do not choose it again. Only the last few are kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name=_("account"))
    digest = models.CharField(max_length=128, editable=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("past password")
        verbose_name_plural = _("past passwords")


class SmsMessage(models.Model):
    """One SMS handed to the gateway, for the daily caps and the bill; never its text."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    phone_print = models.CharField(max_length=32)
    address_print = models.CharField(max_length=32, blank=True)  # of the network address that asked
    kind = models.CharField(_("kind"), max_length=30)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("SMS")
        verbose_name_plural = _("SMS")
        indexes = [
            models.Index(fields=["phone_print", "at"], name="sms_phone"),
            models.Index(fields=["address_print", "at"], name="sms_address"),
        ]

    def __str__(self):
        return when(self.at)
