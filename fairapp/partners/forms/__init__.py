"""The shape of what organizers say of keys and webhooks."""

from fairapp.partners.forms.hooks import HookForm
from fairapp.partners.forms.keys import KeyForm

__all__ = ["HookForm", "KeyForm"]
