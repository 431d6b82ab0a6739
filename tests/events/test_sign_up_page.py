from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import operations
from events.models import Registration, Session
from residents.models import Resident


def page(town, name="register", session=None):
    session = session or town.choir_monday
    return reverse(f"events:{name}", args=[town.community, session.event_id, session.pk])


def test_a_resident_signs_up_in_one_tap_and_withdraws_in_one(signed_in, town):
    lin = signed_in(town.lin_user)
    assert "林秀英" in lin.get(page(town)).content.decode()
    answer = lin.post(page(town), {"person": town.lin.pk}, follow=True)
    assert answer.redirect_chain[0][1] == 302
    place = Registration.objects.live().get(session=town.choir_monday, resident=town.lin)
    assert f'value="{place.pk}"' in answer.content.decode()
    lin.post(page(town), {"person": town.lin.pk})
    assert Registration.objects.count() == 1
    lin.post(page(town, "withdraw"), {"registration": place.pk})
    lin.post(page(town, "withdraw"), {"registration": place.pk})
    assert Session.objects.get(pk=town.choir_monday.pk).places_taken == 0


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, town):
    answer = client.get(page(town))
    assert answer.status_code == 302
    assert page(town) in answer["Location"]


def test_an_account_without_a_row_becomes_a_person_of_this_community(signed_in, town):
    signed_in(town.stranger).post(page(town))
    person = Resident.objects.get(user=town.stranger)
    assert (person.community, person.state) == (town.community, "unconfirmed")
    assert Registration.objects.live().filter(resident=person).exists()


def test_a_full_session_says_so(signed_in, town):
    Session.objects.filter(pk=town.choir_monday.pk).update(places_taken=2)
    lin = signed_in(town.lin_user)
    assert lin.get(page(town)).status_code == 200
    answer = lin.post(page(town), {"person": town.lin.pk})
    assert answer.status_code == 422
    assert "名额已满" in answer.content.decode()


def test_who_has_a_place_in_a_full_session_finds_the_way_to_withdraw(signed_in, town):
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    Session.objects.filter(pk=town.choir_monday.pk).update(places=1, places_taken=1)
    type(town.choir).objects.filter(pk=town.choir.pk).update(has_waiting_list=False)
    lin = signed_in(town.lin_user)
    assert page(town) not in lin.get(town.choir.get_absolute_url()).text  # there is nothing to sign up for
    assert reverse("portal:my") in lin.get(town.choir.get_absolute_url()).text
    assert page(town) in lin.get(reverse("portal:my")).text
    assert page(town, "withdraw") in lin.get(page(town)).text


def test_an_internal_event_is_named_but_leads_nowhere(signed_in, town):
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    type(town.choir).objects.filter(pk=town.choir.pk).update(is_internal=True)
    own = signed_in(town.lin_user).get(reverse("portal:my")).text
    assert town.choir.title in own
    assert page(town) not in own


@pytest.mark.parametrize("person", ["x", "-1", "999999", "9" * 40])
def test_nobody_signs_up_somebody_else(signed_in, town, person):
    assert signed_in(town.lin_user).post(page(town), {"person": person}).status_code == 404
    assert signed_in(town.lin_user).post(page(town), {"person": town.wang.pk}).status_code == 404
    assert not Registration.objects.exists()


def test_nobody_withdraws_somebody_else(signed_in, town):
    place = Registration.objects.create(session=town.choir_monday, resident=town.wang, by=town.wang_user)
    lin = signed_in(town.lin_user)
    assert lin.post(page(town, "withdraw"), {"registration": place.pk}).status_code == 404
    assert lin.post(page(town, "withdraw"), {"registration": "9" * 30}).status_code == 404
    assert lin.post(page(town, "withdraw")).status_code == 404
    assert Registration.objects.live().count() == 1


def test_a_session_of_another_event_or_community_is_not_found(signed_in, town):
    lin = signed_in(town.lin_user)
    wrong = reverse("events:register", args=[town.neighbour, town.choir.pk, town.choir_monday.pk])
    assert lin.get(wrong).status_code == 404
    wrong = reverse("events:register", args=[town.community, town.choir.pk + 1, town.choir_monday.pk])
    assert lin.get(wrong).status_code == 404


def test_withdrawing_too_late_is_refused_in_a_sentence(signed_in, town):
    place = Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=timezone.now() - timedelta(minutes=1), places_taken=1
    )
    answer = signed_in(town.lin_user).post(page(town, "withdraw"), {"registration": place.pk})
    assert answer.status_code == 422
    assert "已经开始" in answer.content.decode()


def test_the_sign_up_page_is_kept_by_nobody(signed_in, town):
    assert "no-store" in signed_in(town.lin_user).get(page(town))["Cache-Control"]


def test_a_cancelled_session_offers_neither_calendar_nor_withdrawal(signed_in, town):
    lin = signed_in(town.lin_user)
    lin.post(page(town), {"person": town.lin.pk})
    Session.objects.filter(pk=town.choir_monday.pk).update(
        cancelled_at=timezone.now(), cancelled_by=town.staff, cancel_reason="老师生病"
    )
    text = lin.get(page(town)).text
    assert "本场已取消：老师生病" in text
    assert "无需凭证" not in text
    assert page(town, "withdraw") not in text


def test_who_is_not_confirmed_is_led_to_where_they_live(signed_in, town):
    town.choir.open_to_unconfirmed = False
    town.choir.save(update_fields=["open_to_unconfirmed"])
    refused = signed_in(town.stranger).post(page(town))
    assert refused.status_code == 422
    assert 'href="/my/claim/"' in refused.content.decode()
    assert "确认报名" not in refused.content.decode()


def test_who_is_not_known_here_reads_it_before_filling_anything_in(signed_in, town):
    town.choir.audience = "residents"
    town.choir.save(update_fields=["audience"])
    shown = signed_in(town.stranger).get(page(town)).text
    assert "确认报名" not in shown
    assert 'href="/my/claim/"' in shown


def test_one_of_a_group_gives_the_own_place_back(signed_in, town):
    type(town.choir).objects.update(most_seats=2)
    session = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    made = operations.sign_up(
        pool=session, resident=town.lin, members=[town.wang], by=town.staff, at_the_desk=True
    )
    own = Registration.objects.live().get(resident=town.wang)
    wang = signed_in(town.wang_user)
    shown = wang.get(page(town)).text
    assert page(town, "withdraw") in shown
    assert shown.count('name="registration"') == 1  # nobody else's
    assert wang.post(page(town, "withdraw"), {"registration": own.pk}).status_code == 302
    made.refresh_from_db()
    assert (made.people(), Session.objects.get(pk=session.pk).places_taken) == ([town.lin], 1)
