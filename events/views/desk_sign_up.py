"""Staff sign up somebody with others of the household, companions and answers: what one tap does not hold."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.views import sent
from config.errors import DomainError
from surveys.forms import form_for

from .. import operations
from ..eligibility import is_child
from ..forms_sign_up import SignUpForm
from ..models import SignUp
from ..operations.seats import pool_of
from .desk import require_on, session_or_404
from .door import KEPT, address, heading, known_to, may_wait
from .places import household_of, keep_answers, said_of


@require_http_methods(["GET", "HEAD", "POST"])
def register_one(request, pk, resident):
    session = session_or_404(request, pk)
    require_on(request.user, "events.register", session.event)
    person = get_object_or_404(known_to(request.user, session), pk=resident)
    pool, kept = pool_of(session), {name: request.GET.get(name, "")[:200] for name in KEPT}
    own = household_of(person).filter(pk__in=known_to(request.user, session).values("pk"))
    household = own.none() if is_child(pool, person) else own
    form = SignUpForm(
        sent(request), pool=pool, resident=person, household=household, initial={"person": person.pk}, at_the_desk=True
    )  # fmt: skip
    asked = form_for(pool.programme.questions, sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid() & asked.is_valid():
        try:
            made = operations.sign_up(
                pool=pool, resident=person, by=request.user, at_the_desk=True, wait=request.POST.get("wait") == "1",
                answers=partial(keep_answers, asked, request.user), **form.how(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, said_of(made))
            return redirect(address(session, kept, "events:register_for"))
    waits = may_wait(pool)
    context = heading(session) | {
        "person": {"resident": person, "form": form, "asked": asked, "can_wait": waits},
        "asked": pool.programme.questions,
        "waiting": SignUp.objects.of_pool(pool).in_line().count() if waits else 0,
        "found_url": address(session, kept, "events:register_for"),
    }
    return render(request, "events/register_one.html", context, status=422 if form.is_bound else 200)
