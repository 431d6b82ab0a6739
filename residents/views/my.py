"""What a person sees of oneself: where I live, my household, who looked at my data."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Look
from accounts.operations import label
from accounts.phones import masked
from community.models import Post, Unit

from .. import operations
from ..forms import ClaimForm
from ..models import Claim, ResidenceState, Resident
from .common import attempt, people, place, show

SIZE = 30


def _mine(request):
    return people().filter(pk__in=Resident.objects.of(request.user).values("pk")).order_by("pk")


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request):
    claims = Claim.objects.filter(user=request.user).select_related("community").order_by("-pk")
    form = ClaimForm(request.POST or None, home=request.user.home)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, operations.make_claim, user=request.user, **data):
            messages.success(
                request, _("Thank you. The community will check it; you will find the answer here.")
            )
            return redirect("residents:my_claim")
    confirmed = _mine(request).filter(state__in=ResidenceState.of_the_register())
    context = {
        "nav": "my",
        "open": claims.open().first(),
        "past": claims.exclude(state="open")[:5],
        "confirmed": [{"row": row, "place": place(row, door=True)} for row in confirmed],
        "form": form,
        "has_communities": Unit.objects.communities().exists(),
    }
    return show(request, "my_claim", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
def withdraw(request, pk):
    row = get_object_or_404(Claim, pk=pk, user=request.user)
    if row.state != "withdrawn":
        operations.withdraw_claim(claim=row, by=request.user)
    return redirect("residents:my_claim")


def _household(request, **more):
    mine = [
        {
            "row": row,
            "place": place(row, door=True),
            "age": row.age(),
            "members": _others(row),
            "proven": masked(operations.number_of_account(row)),
        }
        for row in _mine(request)
    ]
    return show(request, "my_household", {"nav": "my", "mine": mine, **more})


def _others(row):
    if row.household is None:
        return []
    return row.household.members.living().exclude(pk=row.pk).order_by("born_on", "pk")


@require_safe
def household(request):
    return _household(request)


@require_POST
def reveal(request, pk):
    """One's own number in full, noted like every look."""
    row = get_object_or_404(Resident.objects.of(request.user), pk=pk)
    value = operations.reveal(
        resident=row, field=request.POST.get("field", ""), purpose=_("my own data"), by=request.user
    )
    return _household(request, shown=row.pk, value=value, field=request.POST["field"])


@require_safe
def looks(request):
    mine = [label(row) for row in Resident.objects.filter(user=request.user)]
    rows = Look.objects.filter(subject__in=mine).select_related("by").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=before)
    rows = list(rows[: SIZE + 1])
    context = {
        "nav": "my",
        "is_known": bool(mine),
        "looks": _told(rows[:SIZE], request.user),
        "older_url": f"?before={rows[SIZE - 1].pk}" if len(rows) > SIZE else "",
        "newer_url": request.path if before else "",
    }
    return show(request, "my_looks", context)


def _told(looks, user):
    """Who looked, with the post held on that day."""
    posts = list(
        Post.objects.filter(holder__in={look.by_id for look in looks})
        .select_related("unit", "organisation")
        .order_by("pk")
    )
    return [
        {
            "at": look.at,
            "who": _("yourself") if look.by_id == user.pk else look.by.name,
            "post": "" if look.by_id == user.pk else _post(posts, look),
            "field": look.what,
            "purpose": look.purpose,
        }
        for look in looks
    ]


def _post(posts, look):
    held = [post for post in posts if post.holder_id == look.by_id and post.is_current(look.at.date())]
    near = [post for post in held if post.unit and look.path.startswith(post.unit.path)] or held
    if not near:
        return ""
    post = max(near, key=lambda post: len(post.unit.path) if post.unit else 0)
    return f"{post.unit or post.organisation} {post.title or post.get_role_display()}"
