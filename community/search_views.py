from django.conf import settings
from django.shortcuts import render
from django.utils.module_loading import import_string

from .finding import cleaned
from .pages import public_page


@public_page
def search(request, community):
    typed = cleaned(request.GET.get("q", ""))
    groups = [import_string(finder)(community, typed) for finder in settings.SEARCH] if typed else []
    return render(
        request,
        "community/search.html",
        {"nav": "home", "typed": typed, "groups": [group for group in groups if group.hits]},
    )
