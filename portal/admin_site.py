from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from community.models import Unit, full_names
from residents.identity import holds_a_number


class SeekView(AutocompleteJsonView):
    """A unit is named with those above it: there is a building number one in every compound."""

    names: dict[int, str] = {}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["object_list"] = rows = list(context["object_list"])
        if rows and isinstance(rows[0], Unit):
            self.names = full_names(rows)
        return context

    def serialize_result(self, obj, to_field_name):
        found = super().serialize_result(obj, to_field_name)
        return found | {"text": self.names.get(obj.pk, found["text"])}


class PortalAdminSite(AdminSite):
    """The back office: models by room in the order of the rooms, what needs doing today on top."""

    site_header = _("Community portal: back office")
    site_title = _("Back office")
    index_title = _("Today")
    enable_nav_sidebar = False  # the index groups by room; lists need the width
    site_url = reverse_lazy("portal:start")

    def get_app_list(self, request, app_label=None):
        rooms = {room: number for number, room in enumerate(settings.ROOMS)}
        apps = self._build_app_dict(request, app_label).values()
        return sorted(apps, key=lambda app: rooms.get(app["app_label"], len(rooms)))

    def get_urls(self):
        from .roles_page import roles

        return [path("roles/", self.admin_view(roles), name="roles"), *super().get_urls()]

    def index(self, request, extra_context=None):
        from .today import books_checked, today

        first = {"today": today(request.user), "books_checked": books_checked(request.user)}
        return super().index(request, {**first, **(extra_context or {})})

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """One sign-in for the whole portal; whoever is signed in and may not enter is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("enter the back office"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def autocomplete_view(self, request):
        """The boxes that seek send what is typed in the address: a number of a person is not looked for there."""
        if holds_a_number(request.GET.get("term", "")):
            hint = _("Please seek by name here: no identity or phone number in an address.")
            row = {"id": "", "text": str(hint), "disabled": True}
            return JsonResponse({"results": [row], "pagination": {"more": False}})
        return SeekView.as_view(admin_site=self)(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
