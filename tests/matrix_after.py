"""Pages of what follows an event: questions, photographs, certificates."""

from .matrix_page import EVERYBODY, MINE, Page, of

AFTER = {
    "events:survey": Page(EVERYBODY, of("community", "event")),
    "events:questions": Page("events.view", of("event")),
    "events:feedback": Page("events.view", of("event")),
    "surveys:answer": Page(EVERYBODY, of("community", "survey")),
    "surveys:list": Page("events.view"),
    "surveys:create": Page("events.manage"),
    "surveys:survey": Page("events.view", of("survey")),
    "surveys:results": Page("events.view", of("survey")),
    "surveys:settings": Page("events.manage", of("survey")),
    "surveys:add_question": Page("events.manage", of("survey")),
    "surveys:change_question": Page("events.manage", of("question")),
    "surveys:move_question": Page("events.manage", of("question"), post=True),
    "surveys:remove_question": Page("events.manage", of("question"), post=True),
    "surveys:answer_file": Page("events.manage", of("answer"), post=True),
    "events:photo_hide": Page(EVERYBODY, of("community", "photo")),
    "events:photos": Page("events.view", of("event")),
    "events:photos_add": Page("events.manage", of("event"), post=True),
    "events:captions": Page("events.manage", of("event"), post=True),
    "events:photo_act": Page("events.manage", lambda side: [side.photo.pk, "up"], post=True),
    "events:poster": Page("events.view", of("event")),
    "events:certificates": Page("events.check_in", of("event")),
    "events:my_certificates": Page(EVERYBODY),
    "events:my_certificate": Page(MINE, of("certificate")),
    "events:certificates_issue": Page("events.manage", of("event"), post=True),
    "events:certificates_print": Page("events.check_in", of("event")),
}
