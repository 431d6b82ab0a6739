import pytest


@pytest.mark.parametrize("who", ["lin_user", "staff", "head"])
def test_own_pages_carry_the_community_of_the_person(town, signed_in, who):
    client = signed_in(getattr(town, who))
    client.cookies["elder"] = "1"
    page = client.get("/my/looks/")
    assert page.status_code == 200
    assert 'href="/wenfeng/"' in page.text
    assert 'class="btn call" href="tel:07223000001"' in page.text


def test_the_sign_in_keeps_the_community_one_came_from(client, town):
    assert "舜井道社区" in client.get("/accounts/login/?next=/shunjing/events/1/").text


@pytest.mark.parametrize(
    "target", ["", "/", "//shunjing/", "/nowhere/", "https://example.org/shunjing/", "/\x00/"]
)
def test_a_strange_way_back_names_no_community(client, town, target):
    page = client.get("/accounts/login/", {"next": target})
    assert page.status_code in {200, 400}
    assert 'href="/wenfeng/"' not in page.text


def test_the_chooser_shows_nobodys_community(town, signed_in):
    page = signed_in(town.staff).get("/?all=1").text
    assert "社区门户" in page


def test_a_stranger_without_a_home_has_none(town, signed_in):
    page = signed_in(town.stranger).get("/my/looks/")
    assert page.status_code == 200
    assert 'href="/wenfeng/"' not in page.text


def test_whoever_began_in_a_community_is_kept_in_it(town, signed_in):
    type(town.stranger).objects.filter(pk=town.stranger.pk).update(home=town.community.path)
    assert 'href="/wenfeng/events/"' in signed_in(town.stranger).get("/my/").text
