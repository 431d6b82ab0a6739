from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from config.errors import DomainError

from . import post_operations
from .access import may, scope
from .admin_base import ScopedAdmin
from .models import Kind, Organisation, Post, Unit

PERIODS = {
    "current": pgettext_lazy("post", "current"),
    "future": pgettext_lazy("post", "future"),
    "past": pgettext_lazy("post", "past"),
}


class PeriodFilter(admin.SimpleListFilter):
    title, parameter_name = _("in office"), "period"

    def lookups(self, request, model_admin):
        return [*PERIODS.items(), ("withdrawn", pgettext_lazy("post", "withdrawn"))]

    def queryset(self, request, queryset):
        if self.value() == "withdrawn":
            return queryset.exclude(withdrawn_at=None)
        return getattr(queryset, self.value())() if self.value() in PERIODS else queryset.standing()


class AppointForm(forms.ModelForm):
    login = forms.CharField(
        label=_("account"),
        max_length=60,
        help_text=_("The phone number or user name of the person's account."),
    )

    class Meta:
        model = Post
        fields = [
            "role",
            "unit",
            "organisation",
            "title",
            "full_time",
            "started_on",
            "ended_on",
            "public_phone",
            "picture",
        ]

    def clean_login(self):
        holder = User.objects.active().with_login(self.cleaned_data["login"]).first()
        if holder is None:
            raise forms.ValidationError(_("There is no active account with this phone number or user name."))
        self.cleaned_data["holder"] = holder
        return self.cleaned_data["login"]


class EndForm(forms.Form):
    last_day = forms.DateField(
        label=_("last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The rights end with it."),
    )


class SinceForm(forms.Form):
    since = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}))


@admin.register(Post)
class PostAdmin(ScopedAdmin):
    """Appointments. Nothing is overwritten: a post is given, made primary, ended or withdrawn by its operation."""

    view_act, change_act, records = "posts.view", "posts.manage", False
    list_display = [
        "holder",
        "role",
        "where",
        "primary",
        "full_time",
        "started_on",
        "ended_on",
        "public_phone",
    ]
    list_filter = [PeriodFilter, "role", "primary", "full_time"]
    list_select_related = ["holder", "unit__parent", "organisation__unit"]
    search_fields = ["holder__name", "unit__name", "organisation__name"]
    ordering = ["-started_on", "-pk"]
    autocomplete_fields = ["unit", "organisation"]
    change_form_template = "admin/community/post/change_form.html"
    object_history_template = "admin/community/post/history.html"

    def unit_of(self, row):
        return row.place

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit__parent", "organisation__unit", "holder")

    @admin.display(description=_("where"))
    def where(self, row):
        """A building says of which compound: 东苑 1幢."""
        place = row.place
        return f"{place.parent} {place}" if row.unit and place.kind > Kind.GROUP else str(place)

    def get_fieldsets(self, request, obj=None):
        names = ["login"] if obj is None else ["holder", "primary"]
        return [(None, {"fields": [*names, *AppointForm.Meta.fields]})]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return [
            "holder",
            "primary",
            *(name for name in AppointForm.Meta.fields if name not in {"title", "public_phone", "picture"}),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = AppointForm
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        user = request.user
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.living().filter(scope(user, "posts.manage", "path"))
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.living().filter(
                scope(user, "posts.manage", "unit__path")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        if change:
            post_operations.describe_post(
                post=obj,
                by=request.user,
                title=data["title"],
                public_phone=data["public_phone"],
                picture=obj.picture,
            )
            return
        details = {
            name: data[name]
            for name in ("role", "title", "full_time", "started_on", "ended_on", "public_phone")
        }
        place, picture = data["unit"] or data["organisation"], data["picture"] or ""
        made = post_operations.appoint(
            holder=data["holder"], place=place, by=request.user, picture=picture, **details
        )
        obj.pk, obj.holder, obj.primary = made.pk, made.holder, made.primary

    def render_change_form(self, request, context, *args, **kwargs):
        post = kwargs.get("obj")
        if post and may(request.user, "posts.manage", post.place) and not post.withdrawn_at:
            today = timezone.localdate()
            context["may_withdraw"] = post.started_on >= today
            context["may_end"] = post.started_on <= today <= post.last_day
            context["may_be_primary"] = not post.primary and today <= post.last_day
        return super().render_change_form(request, context, *args, **kwargs)

    # Acts with a page of their own

    def get_urls(self):
        acts = [("end", self.end), ("primary", self.make_primary), ("withdraw", self.withdraw)]
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"community_post_{name}")
            for name, view in acts
        ]
        return own + super().get_urls()

    def end(self, request, pk):
        def act(post, data):
            successor = post_operations.end_post(post=post, by=request.user, **data)
            words = {"post": post, "day": date_format(data["last_day"])}
            if successor:
                return _("%(post)s ends after %(day)s. %(holder)s is primary from then on.") % {
                    **words,
                    "holder": successor.holder,
                }
            return _("%(post)s ends after %(day)s. Nobody holds this post there from then on.") % words

        return self._act(request, pk, _("End the post"), act, EndForm, {"last_day": timezone.localdate()})

    def make_primary(self, request, pk):
        def act(post, data):
            made = post_operations.make_primary(post=post, by=request.user, **data)
            return _("%(holder)s is primary from %(day)s on.") % {
                "holder": made.holder,
                "day": date_format(made.started_on),
            }

        return self._act(request, pk, _("Make primary"), act, SinceForm, {"since": timezone.localdate()})

    def withdraw(self, request, pk):
        def act(post, data):
            post_operations.withdraw_post(post=post, by=request.user)
            return _("The appointment of %(holder)s is withdrawn.") % {"holder": post.holder}

        return self._act(request, pk, _("Withdraw the appointment"), act, forms.Form, {})

    def _act(self, request, pk, title, act, form_class, initial):
        post = self.get_queryset(request).filter(pk=pk).first()
        if post is None:
            raise Http404
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        form = form_class(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_valid():
            try:
                sentence = act(post, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, sentence)
                return redirect("admin:community_post_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "post": post,
            "form": form,
            "back": reverse("admin:community_post_change", args=[post.pk]),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/community/post/act.html", context, status=status)

    def history_view(self, request, object_id, extra_context=None):
        """All who held or will hold this post, in order, instead of Django's log of edits."""
        post = self.get_object(request, object_id)
        if post is None:
            raise Http404
        beside = (
            Post.objects.beside(post).select_related("holder", "withdrawn_by").order_by("started_on", "pk")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who has been %(role)s of %(place)s")
            % {"role": post.get_role_display(), "place": post.place},
            "opts": self.opts,
            "object": post,
            "posts": beside,
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, self.object_history_template, context)
