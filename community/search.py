"""One search box: every room offers finders `(community, typed) -> Group`, settings.SEARCH names them in order."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .finding import find_units, heard, letters_of, sounds_like
from .markdown import plain
from .models import Kind, Notice, Organisation, Post, Role, ServiceItem, here_and_below
from .synonyms import meanings

MOST = 10  # of one kind on the page
RECENT = 500  # rows that are read to compare their pinyin


@dataclass
class Hit:
    title: str
    url: str
    text: str = ""
    aside: str = ""
    phone: str = ""


@dataclass
class Group:
    title: str
    hits: list = field(default_factory=list)
    more_url: str = ""


def labels(choices, typed):
    """The stored values whose label holds what was typed."""
    return [value for value, label in choices if value and typed.lower() in str(label).lower()]


def notices(community, typed):
    rows = Notice.objects.of(community).public().order_by("-publish_from", "-pk")
    if letters_of(typed):
        rows = [row for row in rows[:RECENT] if heard(row.title, typed) or typed.lower() in row.body.lower()]
    else:
        rows = rows.filter(Q(title__icontains=typed) | Q(body__icontains=typed))
    hits = [
        Hit(
            row.title,
            reverse("community:notice", args=[community, row.pk]),
            plain(row.body, 60),
            date_format(localtime(row.publish_from), "DATE_FORMAT"),
        )
        for row in rows[:MOST]
    ]
    return Group(_("Notices"), hits, reverse("community:notices", args=[community]))


def items(community, typed):
    """Guide items by what they are called, in characters or pinyin, and by what people say for it."""
    others = meanings(typed)
    rows = ServiceItem.objects.public().filter(unit=community).order_by("category", "order", "pk")
    ranked = [(rank, row) for row in rows[:RECENT] if (rank := _fits(row, typed, others)) is not None]
    ranked.sort(key=lambda pair: pair[0])  # the order of the guide stays within one rank
    hits = [
        Hit(row.name, reverse("community:guide_item", args=[community, row.pk]), row.who[:60], row.window)
        for _rank, row in ranked[:MOST]
    ]
    return Group(_("Service guide"), hits, reverse("community:guide", args=[community]))


def _fits(item, typed, others):
    """0 the name, 1 another word for it, 2 what is written about it; None: it is something else."""
    low = typed.lower()
    if low in item.name.lower() or heard(item.name, typed):
        return 0
    if any(word in item.name for word in others):
        return 1
    about = f"{item.who}\n{item.materials}\n{item.get_category_display()}".lower()
    return 2 if low in about else None


def people(community, typed):
    """People in charge, by name, pinyin, initials, role, title or place. Names and duty phones of posts are public."""
    posts = (
        Post.objects.public()
        .filter(here_and_below(community.path, "unit__path"))
        .select_related("holder", "unit")
    )
    if typed.replace(" ", "").isascii() and typed.replace(" ", "").isalpha():
        names = dict(posts.order_by().values_list("holder", "holder__name"))
        rows = posts.filter(
            holder__in=[pk for pk, name in names.items() if sounds_like(name, typed)][: MOST * 2]
        )
    else:
        rows = posts.filter(
            Q(holder__name__icontains=typed)
            | Q(title__icontains=typed)
            | Q(unit__name__icontains=typed, unit__kind__gt=Kind.COMMUNITY)
            | Q(role__in=labels(Role.choices, typed))
        )
    rows = sorted(
        rows.order_by("unit__path", "pk")[: MOST * 2], key=lambda post: typed not in post.holder.name
    )
    hits = [
        Hit(
            post.holder.name,
            reverse("community:unit", args=[community, post.unit_id]),
            f"{post.unit.name} · {post.title or post.get_role_display()}",
            phone=post.public_phone,
        )
        for post in rows[:MOST]
    ]
    return Group(_("People in charge"), hits, reverse("community:grid", args=[community]))


def places(community, typed):
    hits = [
        Hit(
            f"{unit.parent.name} {unit.name}" if unit.kind == Kind.BUILDING else unit.name,
            reverse("community:unit", args=[community, unit.pk]),
            _("Who is responsible here"),
        )
        for unit in find_units(community, typed, MOST)
    ]
    return Group(_("Compounds and buildings"), hits, reverse("community:grid", args=[community]))


def organisations(community, typed):
    rows = Organisation.objects.public().within(community).order_by("name", "pk")
    if letters_of(typed):
        rows = [row for row in rows[:RECENT] if heard(row.name, typed)]
    else:
        rows = rows.filter(Q(name__icontains=typed) | Q(intro__icontains=typed))
    hits = [
        Hit(
            row.name,
            reverse("community:organisation", args=[community, row.pk]),
            row.get_kind_display(),
            phone=row.phone,
        )
        for row in rows[:MOST]
    ]
    return Group(_("Organisations"), hits, reverse("community:organisations", args=[community]))
