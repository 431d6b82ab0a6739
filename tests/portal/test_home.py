def test_the_start_page_offers_every_community(client, town):
    page = client.get("/")
    assert page.status_code == 200
    assert "文峰塔社区" in page.text
    assert "舜井道社区" in page.text
    assert page.text.index("东城街道") < page.text.index("文峰塔社区")


def test_the_only_community_is_the_start_page(client, town):
    town.neighbour.closed_at = "2026-01-01T00:00Z"
    town.neighbour.save(update_fields=["closed_at"])
    page = client.get("/")
    assert page.status_code == 302
    assert page["Location"] == "/wenfeng/"


def test_a_community_nobody_set_up_is_not_found(client, town):
    assert client.get("/nowhere/").status_code == 404
