from django import template

register = template.Library()


@register.filter
def cells(table):
    """Each row as (cell, kind of its column)."""
    kinds = [kind for _label, kind in table["columns"]]
    return [list(zip(row, kinds, strict=True)) for row in table["rows"]]
