from django import forms
from django.utils.translation import gettext_lazy as _

from linli.services.entitlement.rules import NOTE_MAX


class SetAsideForm(forms.Form):
    use_required_attribute = False
    note = forms.CharField(
        label=_("为什么不用办"),
        help_text=_("比如：问过本人，不需要；或者家里情况变了。"),
        max_length=NOTE_MAX,
        error_messages={"required": _("请写一句为什么不用办。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
