"""The back office of this room, by subject."""

from . import (  # noqa: F401
    account_admin,
    calendar_admin,
    content_admin,
    message_admin,
    notice_admin,
    organisation_admin,
    post_admin,
    unit_admin,
)
