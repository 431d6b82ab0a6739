"""The counter: accounts of the people in care, with a code on paper for those whom no SMS reaches."""

import time

import segno
from django.contrib import messages
from django.db.models import Case, OuterRef, Subquery, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import operations
from accounts.models import User
from accounts.views import sent
from config import typed
from config.errors import DomainError

from .access import may, paths, require
from .account_care import accounts_in_care, find_accounts, may_help, place_of, require_may_help
from .account_forms import ChangePhoneForm, OpenAccountForm
from .models import Post
from .roles import RANK

SHOWN = 50
SLIP_SECONDS = 15 * 60
SLIP = "account_slip"


def _found(request, pk) -> User:
    return get_object_or_404(accounts_in_care(request.user), pk=pk)


def _posts_of(users):
    posts = (
        Post.objects.current()
        .filter(holder__in=users)
        .select_related("unit__parent", "organisation")
        .order_by("unit__path", "pk")
    )
    held = {}
    for post in posts:
        where = post.unit.place if post.unit else post.organisation
        held.setdefault(post.holder_id, []).append(f"{where} {post.get_role_display()}")
    return held


def _highest_first(accounts):
    """Those with a post, from the highest role down and then along the tree."""
    ranks = Case(*[When(role=role, then=rank) for role, rank in RANK.items()])
    own = Post.objects.current().filter(holder=OuterRef("pk")).annotate(rank=ranks)
    own = own.order_by("rank", "unit__path", "pk")
    places = {"rank": Subquery(own.values("rank")[:1]), "place": Subquery(own.values("unit__path")[:1])}
    return accounts.annotate(**places).exclude(rank=None).order_by("rank", "place", "name", "pk")


@never_cache
def account_list(request):
    require(request.user, "accounts.view")
    if request.method == "POST":
        return typed.to_address(request)
    query = typed.read(request)[:60]
    found = accounts_in_care(request.user)
    found = find_accounts(found, query).order_by("name", "pk") if query else _highest_first(found)
    rows = list(found[: SHOWN + 1])
    held = _posts_of(rows)
    people = [{"user": user, "posts": _(", ").join(held.get(user.pk, []))} for user in rows[:SHOWN]]
    context = {
        "people": people,
        "more": len(rows) > SHOWN,
        "query": query,
        "may_help": may(request.user, "accounts.help"),
    }
    return render(request, "community/accounts/list.html", context)


@never_cache
def account_open(request):
    require(request.user, "accounts.help")
    form = OpenAccountForm(sent(request))
    if form.is_valid():
        path = paths(request.user, "accounts.help")[0]
        try:
            user = operations.open_account(**form.cleaned_data, by=request.user, path=path)
            return _code_slip(request, user, path)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "community/accounts/open.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
def account(request, pk):
    require(request.user, "accounts.view")
    user = _found(request, pk)
    context = {
        "person": user,
        "posts": _posts_of([user]).get(user.pk, []),
        "code": user.activation_codes.usable().first(),
        "may_help": may_help(request.user, user),
        "may_deactivate": may_help(request.user, user, "accounts.deactivate"),
        "itself": user == request.user,
    }
    return render(request, "community/accounts/account.html", context)


def _to_help(request, pk, act="accounts.help") -> User:
    """The account in sight, whose helper has the act (403), or a refusal (DomainError)."""
    require(request.user, act)
    user = _found(request, pk)
    require_may_help(request.user, user, act)
    return user


def _back(request, pk, refusal=None):
    if refusal:
        messages.error(request, str(refusal))
    return redirect("community:account", pk)


def _keep_slip(request, user, kind, written):
    request.session[SLIP] = {"user": user.pk, "kind": kind, "written": written, "at": time.time()}
    return redirect("community:account_slip", user.pk)


def _code_slip(request, user, path):
    _row, written = operations.make_activation_code(user=user, by=request.user, path=path)
    return _keep_slip(request, user, "code", written)


@require_POST
def account_code(request, pk):
    try:
        user = _to_help(request, pk)
        return _code_slip(request, user, place_of(request.user, user))
    except DomainError as refusal:
        return _back(request, pk, refusal)


@require_POST
def account_password(request, pk):
    try:
        user = _to_help(request, pk)
        written = operations.reset_password(user=user, by=request.user, path=place_of(request.user, user))
        return _keep_slip(request, user, "password", written)
    except DomainError as refusal:
        return _back(request, pk, refusal)


@never_cache
def account_slip(request, pk):
    """The sheet to hand over. Its digits stand in the helper's encrypted session for a quarter of an hour, nowhere else."""
    require(request.user, "accounts.help")
    user = _found(request, pk)
    slip = request.session.get(SLIP)
    if not slip or slip["user"] != user.pk or time.time() - slip["at"] > SLIP_SECONDS:
        messages.info(request, _("The digits are no longer kept. Make a new code if the sheet is lost."))
        return _back(request, pk)
    page = "accounts:activate" if slip["kind"] == "code" else "account_login"
    address = request.build_absolute_uri(reverse(page))
    written = slip["written"]
    context = {
        "person": user,
        "kind": slip["kind"],
        "groups": [written[start : start + 4] for start in range(0, len(written), 4)],
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2),
        "code": user.activation_codes.usable().first(),
        "login": user.username or user.masked_phone,
    }
    return render(request, "community/accounts/slip.html", context)


@never_cache
def account_phone(request, pk):
    try:
        user = _to_help(request, pk)
    except DomainError as refusal:
        return _back(request, pk, refusal)
    form = ChangePhoneForm(sent(request))
    if form.is_valid():
        try:
            path = place_of(request.user, user)
            operations.change_phone(user=user, **form.cleaned_data, by=request.user, path=path)
        except DomainError as refusal:
            form.add_error("phone", str(refusal))
            user.refresh_from_db()  # the number refused is not theirs
        else:
            messages.success(
                request, _("The number is changed. Hand out a code on paper if the person cannot get in.")
            )
            return redirect("community:account", pk)
    context = {"form": form, "person": user}
    return render(request, "community/accounts/phone.html", context, status=422 if form.errors else 200)


ACTS = {  # address → act, operation, title, question, what is said afterwards
    "lost": (
        "accounts.help",
        operations.lock_out_lost_phone,
        lambda: _("The phone is lost"),
        lambda: _(
            "Codes, second factors, the password and open sessions of this account stop working at once."
        ),
        lambda: _("The account is safe. Hand out a code on paper, so that the person gets in again."),
    ),
    "deactivate": (
        "accounts.deactivate",
        operations.deactivate,
        lambda: _("Deactivate the account"),
        lambda: _("The person can no longer sign in; open sessions end. Nothing that was recorded is lost."),
        lambda: _("The account is deactivated."),
    ),
    "reactivate": (
        "accounts.deactivate",
        operations.reactivate,
        lambda: _("Reactivate the account"),
        lambda: _("The person can sign in again as before."),
        lambda: _("The account is active again."),
    ),
}


@never_cache
def account_act(request, pk, act):
    """Ask once on a page of its own, then do it."""
    right, operation, title, question, done = ACTS[act]
    try:
        user = _to_help(request, pk, right)
    except DomainError as refusal:
        return _back(request, pk, refusal)
    if request.method == "POST":
        try:
            operation(user=user, by=request.user, path=place_of(request.user, user))
        except DomainError as refusal:
            return _back(request, pk, refusal)
        messages.success(request, done())
        return redirect("community:account", pk)
    return render(
        request, "community/accounts/act.html", {"person": user, "title": title(), "question": question()}
    )
