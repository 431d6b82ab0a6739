"""What the public sees of disputes: a mark on the list, numbers of cases by month; and a list is made on purpose."""

from datetime import date, timedelta

from django.utils import timezone

from claims import figures, operations
from claims.models import Batch

from .conftest import agreed, decided, end_terms, listed, opened


def test_an_objection_shows_on_the_list_and_nobody_who_objects(scheme, client, signed_in):
    claim = listed(scheme)
    url = f"/wenfeng/points/publicity/{claim.batch.number}/"
    assert "有异议，处理中" not in client.get(url).text
    objection = operations.object_to(claim=claim, words="那天我也在场。", by=scheme.wang_user)
    page = client.get(url).text
    assert "有异议，处理中" in page
    assert "王" not in page
    assert "那天" not in page
    operations.answer_objection(objection=objection, upheld=False, answer="情况属实。", by=scheme.staff)
    assert "有异议，处理中" not in client.get(url).text


def test_a_list_is_published_after_one_question(scheme, signed_in):
    url = f"/desk/points/lists/{scheme.community.pk}/publish/"
    client = signed_in(scheme.staff)
    assert "<form" not in client.get(url).text.split("<main")[1]  # nothing waits
    agreed(scheme)
    assert "1条申报" in client.get(url).text
    assert not Batch.objects.exists()
    seen = client.get(url).context["seen"]
    agreed(scheme, rule=scheme.joining)  # meanwhile
    refused = client.post(url, {"seen": seen})
    assert refused.status_code == 422
    assert "2条申报" in refused.text
    assert not Batch.objects.exists()
    client.post(url, {"seen": refused.context["seen"]})
    assert Batch.objects.get().claims.count() == 2


def test_cases_are_counted_in_the_month_they_moved(court):
    month = (timezone.localdate().replace(day=1), timezone.localdate())
    decided(court)
    end_terms(appeal_until=None)
    operations.take_effect()
    case = court.lin.deduction_cases.get()
    operations.lift_case(case=case, reason="查明有误。", by=court.staff)
    opened(court, day=court.day - timedelta(days=1))
    assert figures.cases(court.community, *month) == {"opened": 2, "decided": 1, "lifted": 1}
    assert not any(figures.cases(court.neighbour, *month).values())
    assert not any(figures.cases(court.community, date(2020, 1, 1), date(2020, 1, 31)).values())
