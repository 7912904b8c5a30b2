"""How every form looks, said once: label, hint, field, error (templates/components/field.html)."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class ConsoleRenderer(TemplatesSetting):
    """Fields of `{{ form.name.as_field_group }}` carry their hint and error for screen readers."""

    field_template_name = "components/field.html"
