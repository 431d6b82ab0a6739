"""One's own certificates of completion, and those of one's small children: read and printed at home."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Certificate
from .paper import on_paper

SHOWN = 200


@require_safe
def certificates(request):
    found = Certificate.objects.of(request.user).select_related("event", "resident", "community")
    context = {"nav": "my", "certificates": found.order_by("-at", "-pk")[:SHOWN]}
    return render(request, "events/my_certificates.html", context)


@require_safe
def certificate(request, pk):
    """One on paper."""
    made = Certificate.objects.of(request.user).select_related("resident", "event__unit", "event__organiser")
    one = get_object_or_404(made, pk=pk)
    context = on_paper(one.event, [one], reverse("events:my_certificates"))
    return render(request, "events/certificates_print.html", context)
