"""`{% load schema_forms %}`: a form made from data, as HTML. The page writes `<form novalidate>`, token and button."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from linli.core.forms.fields import Field
from linli.core.forms.form import SchemaForm

register = template.Library()


def _render(name: str, language: str, **context: Any) -> SafeString:
    with translation.override(language):
        return render_to_string(f"forms/{name}.html", context)


@register.simple_tag
def schema_form(form: SchemaForm) -> SafeString:
    """Render the error summary and all fields."""
    return _render("form", form.language, form=form)


@register.simple_tag
def schema_field(field: Field) -> SafeString:
    """Render one field: label, hint, error, input."""
    return _render("_field", field.form.language, field=field)


@register.simple_tag
def schema_errors(form: SchemaForm) -> SafeString:
    """Render the error summary alone: how many, each with a link to its field. Nothing while there is none."""
    return _render("_errors", form.language, form=form)
