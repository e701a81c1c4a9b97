"""The blueprint that the pages of this domain hang on."""

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__)
