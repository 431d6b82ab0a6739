from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_header = _("Community portal: back office")
    site_title = _("Back office")
    index_title = _("Today")

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """There is one way in: the portal's sign-in page, with its locks and second factors."""
        return secure_admin_login(super().login)(request, extra_context)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
