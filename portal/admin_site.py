from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_header = _("Community portal: back office")
    site_title = _("Back office")
    index_title = _("Today")
