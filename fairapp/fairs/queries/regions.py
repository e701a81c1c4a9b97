"""Where fairs are: the districts of their sites."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.fairs.models import Fair, FairSite, Site


def is_in(region: str) -> ColumnElement[bool]:
    """Whether a fair has a site in the region: a 시군구, or whatever lies in a 시도."""
    there = Site.region.startswith(codes.region_prefix(region), autoescape=True)
    return exists().where(FairSite.fair_id == Fair.id, Site.id == FairSite.site_id, there)


def regions_seen(session: Session, shown: ColumnElement[bool]) -> list[str]:
    """Return the districts in which the fairs that are shown have sites, by code."""
    found = select(Site.region).join(FairSite, FairSite.site_id == Site.id).join(Fair, Fair.id == FairSite.fair_id)
    return list(session.scalars(found.where(shown, Site.region.is_not(None)).distinct().order_by(Site.region)))


def regions_of(session: Session, fair_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the districts in which these fairs have sites, by code; a fair without one is missing. One statement."""
    found = select(FairSite.fair_id, Site.region).join(Site, Site.id == FairSite.site_id)
    found = found.where(FairSite.fair_id.in_(sorted(set(fair_ids))), Site.region.is_not(None)).distinct()
    where: dict[int, list[str]] = {}
    for fair_id, region in session.execute(found.order_by(FairSite.fair_id, Site.region)):
        where.setdefault(fair_id, []).append(str(region))
    return where
