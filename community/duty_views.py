from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from .duty import week
from .models import Duty
from .pages import public_page

FARTHEST = timedelta(days=400)


def _monday(asked, today):
    try:
        day = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise Http404 from None
    if abs(day - today) > FARTHEST:
        raise Http404
    return day - timedelta(days=day.weekday())


@public_page
def duty(request, community):
    now = timezone.now()
    today = timezone.localdate(now)
    monday = _monday(request.GET.get("week", ""), today)
    return render(
        request,
        "community/duty.html",
        {
            "nav": "home",
            "days": week(community, monday),
            "on_duty": Duty.objects.filter(unit=community).at(now).select_related("holder"),
            "today": today,
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "before": monday - timedelta(days=7),
            "after": monday + timedelta(days=7),
            "is_this_week": monday <= today < monday + timedelta(days=7),
        },
    )
