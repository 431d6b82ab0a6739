"""Charts hold all that is written on them."""

from config.charts import columns


def test_half_of_the_last_label_has_room():
    chart = columns([(f"11/{day}", 1) for day in range(1, 13)])
    last = chart.columns[-1]
    assert last.is_named
    assert last.middle + 30 <= int(chart.view.split()[2])
