from django import template

from community import markdown

register = template.Library()
register.filter("markdown", markdown.html)
register.filter("plain", markdown.plain)


@register.filter
def lines(text):
    """The lines of a text that hold something, without list marks of their own."""
    return [line.strip().lstrip("-•·*").strip() for line in text.splitlines() if line.strip()]
