from django.urls import path

from .views import asking, desk, door, feeds, places, programme, public, series

app_name = "events"
urlpatterns = [
    path("<community:community>/events/", public.events, name="list"),
    path("<community:community>/events/calendar/", public.calendar_now, name="calendar_now"),
    path("<community:community>/events/calendar/<str:month>/", public.month, name="calendar"),
    path("<community:community>/events/<int:pk>/", public.event, name="event"),
    path(
        "<community:community>/events/<int:event>/sessions/<int:pk>/register/",
        places.register,
        name="register",
    ),
    path(
        "<community:community>/events/<int:event>/sessions/<int:pk>/withdraw/",
        places.withdraw,
        name="withdraw",
    ),
    path("<community:community>/events/<int:pk>/survey/", asking.survey, name="survey"),
    path("<community:community>/events/<int:pk>.ics", feeds.event_ics, name="event_ics"),
    path("<community:community>/events.ics", feeds.feed_ics, name="feed_ics"),
    path("<community:community>/events.atom", feeds.atom, name="atom"),
    path("desk/events/", desk.events, name="desk"),
    path("desk/events/new/", programme.create, name="create"),
    path("desk/events/<int:pk>/", desk.event, name="desk_event"),
    path("desk/events/<int:pk>/edit/", programme.edit, name="edit"),
    path("desk/events/<int:pk>/publish/", programme.publish, name="publish"),
    path("desk/events/<int:pk>/cancel/", programme.cancel, name="cancel"),
    path("desk/events/<int:pk>/discard/", programme.discard, name="discard"),
    path("desk/events/<int:pk>/questions/", asking.questions, name="questions"),
    path("desk/events/<int:pk>/survey/", asking.feedback, name="feedback"),
    path("desk/events/<int:pk>/sessions/", series.add_sessions, name="add_sessions"),
    path("desk/sessions/<int:pk>/", door.roll, name="roll"),
    path("desk/sessions/<int:pk>/sheet/", door.sheet, name="sheet"),
    path("desk/sessions/<int:pk>/change/", series.change_session, name="change_session"),
    path("desk/sessions/<int:pk>/cancel/", series.cancel_session, name="cancel_session"),
    path("desk/sessions/<int:pk>/make-up/", series.make_up, name="make_up"),
    path("desk/sessions/<int:pk>/heads/", series.count_heads, name="count_heads"),
    path("desk/sessions/<int:pk>/check-in/", door.check_in, name="check_in"),
    path("desk/sessions/<int:pk>/undo/", door.undo_check_in, name="undo_check_in"),
    path("desk/sessions/<int:pk>/walk-in/", door.walk_in, name="walk_in"),
    path("desk/sessions/<int:pk>/register/", door.register_for, name="register_for"),
    path("desk/sessions/<int:pk>/withdraw/", door.withdraw_for, name="withdraw_for"),
]
