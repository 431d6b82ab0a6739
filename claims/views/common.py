from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from community.uploads import ask_again
from config.errors import DomainError

form_page = require_http_methods(["GET", "HEAD", "POST"])


def done_or_refused(request, form, template, context, act, done, words):
    """Show the form; or do `act`, say `words` and go to `done`; refused, show it again with the reason."""
    context = context | {"form": form}
    if not form.is_bound:
        return render(request, template, context)
    if not form.is_valid():
        ask_again(request)
        return render(request, template, context, status=422)
    try:
        found = act(form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        ask_again(request)
        return render(request, template, context, status=422)
    messages.success(request, words)
    return redirect(*(done(found) if callable(done) else done))


def acted(request, act, words, *to):
    """Do `act`, say how it went, and go on."""
    try:
        found = act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words(found) if callable(words) else words)
    return redirect(*to)
