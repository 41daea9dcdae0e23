"""Plain Django forms in the look: `{{ form }}` gives each field its label, hint, error and input, tied together."""

from django.forms.renderers import TemplatesSetting


class LinliRenderer(TemplatesSetting):
    form_template_name = "design/forms/form.html"
    field_template_name = "design/forms/field.html"
