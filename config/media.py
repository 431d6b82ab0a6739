from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from .images import NAME


@login_not_required
@require_safe
def picture(request, name):
    """A picture we wrote ourselves, and nothing else that may lie in the media folder.

    Its random name is the key, and what it names never changes: browsers may keep it for ever.
    """
    if not NAME.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(name)
    except OSError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
