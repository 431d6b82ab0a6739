"""An elder lets somebody sign up for events: recorded by staff, taken back on any day, and good for nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from events import operations as events
from events.models import Event, Registration, Session, SignUp
from residents import operations
from residents.models import Mandate, Resident

DAY = timedelta(days=1)


def give(t, **more):
    today = timezone.localdate()
    facts = {"starts_on": today, "ends_on": today + 300 * DAY, "paper": "授-2026-07", "by": t.staff}
    return operations.record_mandate(**{"principal": t.lin, "holder": t.wang_user} | facts | more)


@pytest.fixture
def given(town):
    """林秀英 lets 王建国 sign her up."""
    town.mandate = give(town)
    return town


def register_page(t):
    return reverse("events:register", args=[t.community, t.choir.pk, t.choir_monday.pk])


def sign_up_of(person):
    return SignUp.objects.live().get(resident=person)


def test_the_holder_signs_the_elder_up_and_both_names_are_kept(given, signed_in):
    wang = signed_in(given.wang_user)
    assert "林秀英" in wang.get(register_page(given)).text
    assert wang.post(register_page(given), {"person": given.lin.pk}).status_code == 302
    made = sign_up_of(given.lin)
    assert (made.state, made.by, made.mandate) == ("placed", given.wang_user, given.mandate)
    assert Activity.objects.filter(act="mandates.use", by=given.wang_user).count() == 1
    wang.post(register_page(given), {"person": given.lin.pk})
    assert Activity.objects.filter(act="mandates.use").count() == 1


def test_a_holder_whom_the_community_does_not_know_may_come_too(town, signed_in):
    """A daughter from elsewhere acts for her mother here, and comes along."""
    Event.objects.filter(pk=town.choir.pk).update(open_to_unconfirmed=True)
    give(town, holder=town.stranger)
    daughter = signed_in(town.stranger)
    page = daughter.get(register_page(town)).text
    assert "林秀英" in page
    assert f"为{town.stranger.name}报名" in page
    assert daughter.post(register_page(town)).status_code == 302
    page = daughter.get(register_page(town)).text
    assert sign_up_of(Resident.objects.get(user=town.stranger)).mandate is None
    assert f"为{town.stranger.name}报名" not in page


def test_the_holder_sees_the_sign_up_and_gives_it_back(given, signed_in):
    wang = signed_in(given.wang_user)
    wang.post(register_page(given), {"person": given.lin.pk})
    assert "林秀英" in wang.get("/my/").text
    place = Registration.objects.live().get(resident=given.lin)
    address = reverse("events:withdraw", args=[given.community, given.choir.pk, given.choir_monday.pk])
    assert wang.post(address, {"registration": place.pk}).status_code == 302
    assert not Registration.objects.live().filter(resident=given.lin).exists()


def test_the_holder_takes_an_offer_for_the_elder(given, signed_in):
    made = events.sign_up(
        pool=Session.objects.get(pk=given.choir_monday.pk), resident=given.lin, by=given.staff
    )
    SignUp.objects.filter(pk=made.pk).update(
        state="offered", offered_seats=1, offer_until=timezone.now() + DAY, placed_at=None
    )
    Registration.objects.all().delete()
    address = reverse("events:accept", args=[given.community, made.pk])
    assert signed_in(given.head).post(address).status_code == 404
    assert signed_in(given.wang_user).post(address).status_code == 302
    assert sign_up_of(given.lin).state == "placed"


@pytest.mark.parametrize("ended", ["withdrawn", "over", "coming"])
def test_without_a_mandate_in_force_the_elder_is_out_of_sight(town, signed_in, ended):
    today = timezone.localdate()
    if ended == "over":
        Mandate.objects.create(principal=town.lin, holder=town.wang_user, starts_on=today - 9 * DAY, paper="1",
                               ends_on=today - DAY, made_by=town.staff)  # fmt: skip
    else:
        made = give(town, starts_on=today + (3 * DAY if ended == "coming" else 0 * DAY))
        if ended == "withdrawn":
            operations.withdraw_mandate(mandate=made, by=town.lin_user)
    wang = signed_in(town.wang_user)
    assert "林秀英" not in wang.get(register_page(town)).text
    assert wang.post(register_page(town), {"person": town.lin.pk}).status_code == 404
    assert not SignUp.objects.exists()


def test_a_mandate_that_has_just_ended_signs_nobody_up(given):
    operations.withdraw_mandate(mandate=given.mandate, by=given.lin_user)
    session = Session.objects.get(pk=given.choir_monday.pk)
    with pytest.raises(DomainError, match="授权"):
        events.sign_up(pool=session, resident=given.lin, by=given.wang_user, mandate=given.mandate)
    assert not SignUp.objects.exists()


def test_a_mandate_is_good_for_sign_ups_alone(given, signed_in):
    """No numbers, no points, no household of the elder."""
    assert list(Resident.objects.of(given.wang_user)) == [given.wang]
    wang = signed_in(given.wang_user)
    reveal = reverse("residents:my_reveal", args=[given.lin.pk])
    assert wang.post(reveal, {"field": "phone"}).status_code == 404
    given.choir.most_seats = 4
    given.choir.save(update_fields=["most_seats"])
    home = operations.add_household(community=given.community, by=None)
    lodger = operations.add_resident(
        name="林小宝", unit=given.east_building, community=given.community, state="together", by=None
    )
    Resident.objects.filter(pk__in=[given.lin.pk, lodger.pk]).update(household=home, relation="other")
    assert "林小宝" not in wang.get(register_page(given)).text
    wang.post(register_page(given), {"person": given.lin.pk, "members": [lodger.pk]})
    assert sign_up_of(given.lin).people() == [given.lin]


def test_the_elder_takes_it_back_and_others_do_not(given, signed_in):
    address = reverse("residents:my_withdraw_mandate", args=[given.mandate.pk])
    assert signed_in(given.stranger).post(address).status_code == 404
    lin = signed_in(given.lin_user)
    assert "王建国" in lin.get(reverse("residents:my_mandates")).text
    lin.post(address)
    lin.post(address)
    given.mandate.refresh_from_db()
    assert given.mandate.withdrawn_by == given.lin_user
    assert Activity.objects.filter(act="mandates.withdraw").count() == 1


def test_staff_record_it_from_the_paper(town, signed_in):
    address = reverse("residents:desk_mandate", args=[town.lin.pk])
    today = timezone.localdate()
    right = {"phone": "15400000022", "starts_on": today, "ends_on": today + 90 * DAY, "paper": "授-1"}
    staff = signed_in(town.staff)
    assert staff.post(address, right | {"phone": "15499999999"}).status_code == 422
    assert staff.post(address, right | {"ends_on": today - DAY}).status_code == 422
    assert staff.post(address, right).status_code == 302
    assert staff.post(address, right).status_code == 302  # the same paper again
    assert Mandate.objects.get().holder == town.wang_user
    assert "王建国" in staff.get(reverse("residents:desk_resident", args=[town.lin.pk])).text
    assert signed_in(town.neighbour_staff).post(address, right).status_code == 404
    assert signed_in(town.officer).post(address, right).status_code == 404
    end = reverse("residents:desk_end_mandate", args=[town.lin.pk, Mandate.objects.get().pk])
    assert staff.post(end, {"reason": ""}).status_code == 422
    assert staff.post(end, {"reason": "本人到窗口说明"}).status_code == 302
    assert not Mandate.objects.current().exists()


def test_nobody_records_a_mandate_for_oneself(town):
    with pytest.raises(DomainError):
        give(town, holder=town.staff)
    with pytest.raises(DomainError):
        give(town, holder=town.lin_user)
    with pytest.raises(DomainError):
        give(town, ends_on=timezone.localdate() + 2000 * DAY)
    give(town)
    with pytest.raises(DomainError):
        give(town, paper="授-2")


def test_whoever_acts_is_told_for_an_elder_without_an_account(given):
    from events.messages import told

    session = Session.objects.get(pk=given.choir_monday.pk)
    made = events.sign_up(pool=session, resident=given.lin, by=given.wang_user, mandate=given.mandate)
    assert told(made) == given.lin
    made.resident.user = None
    assert told(made) == given.wang
    operations.withdraw_mandate(mandate=given.mandate, by=given.lin_user)
    made.mandate.refresh_from_db()
    assert told(made) == given.lin


def test_the_mandate_goes_with_the_person_who_gave_it(given):
    other = operations.add_resident(
        name="林秀英", unit=given.west_building, community=given.community, state="together", by=None
    )
    operations.merge(source=given.lin, target=other, by=given.secretary)
    assert operations.mandate_of(given.wang_user, other) == given.mandate
