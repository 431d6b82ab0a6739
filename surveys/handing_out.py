"""A picture or paper somebody handed in with an answer, as it is sent to who may see it."""

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from .models import Answer


def file_of(answer: Answer) -> FileResponse:
    """A picture is shown, a PDF saved. Raises Http404 when the file is gone."""
    try:
        file = answer.file.open()
    except OSError:
        raise Http404 from None
    is_pdf = answer.file.name.endswith(".pdf")
    return FileResponse(
        file,
        as_attachment=is_pdf,
        filename=f"{_('answer')}-{answer.pk}{'.pdf' if is_pdf else '.jpg'}",
        content_type="application/pdf" if is_pdf else "image/jpeg",
    )
