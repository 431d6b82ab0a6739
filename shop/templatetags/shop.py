from django import template

register = template.Library()


@register.filter
def cells(line, goods):
    """The boxes of a line of the hand-over list."""
    return line.cells(goods)
