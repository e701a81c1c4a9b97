"""The blueprint that the pages of this domain hang on."""

from flask import Blueprint

from fairapp.outcomes import rules

blueprint = Blueprint("outcomes", __name__)
blueprint.add_app_template_filter(rules.masked)
