from uuid import NAMESPACE_URL, uuid5

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from . import markdown
from .models import Notice


def stable_id(community, row) -> str:
    """The same for ever, whatever host or language the feed is read from."""
    return uuid5(NAMESPACE_URL, f"{community.code or community.slug}/{row._meta.label_lower}/{row.pk}").urn


class NoticeFeed(Feed):
    feed_type = Atom1Feed

    def get_object(self, request, community):
        return community

    def title(self, community):
        return _("Notices of %(community)s") % {"community": community.name}

    def subtitle(self, community):
        return _("What %(community)s makes public") % {"community": community.name}

    def author_name(self, community):
        return community.name

    def link(self, community):
        return reverse("community:notices", args=[community])

    def feed_url(self, community):
        return reverse("community:notices_feed", args=[community])

    def feed_guid(self, community):
        return stable_id(community, community)

    def items(self, community):
        return (
            Notice.objects.of(community).public().select_related("unit").order_by("-publish_from", "-pk")[:30]
        )

    def item_title(self, notice):
        return notice.title

    def item_description(self, notice):
        return markdown.html(notice.body)

    def item_guid(self, notice):
        return stable_id(notice.unit, notice)

    def item_pubdate(self, notice):
        return notice.publish_from

    def item_updateddate(self, notice):
        return max(notice.publish_from, notice.published_at)

    def item_categories(self, notice):
        return [notice.get_category_display()]
