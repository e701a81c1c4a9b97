"""What a site must be to be kept, how far two places are apart, and where a district lies."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt, tan

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp import codes
from fairapp.errors import FieldError, Invalid

ACCESS = ("step_free", "lift", "toilet", "parking", "sign", "loop", "braille")
EARTH_KM = 6371.0088  # the mean radius (IUGG)
MOST_REACH = 240
Point = tuple[float, float]  # degrees north, degrees east


@dataclass(frozen=True, slots=True)
class SiteFields:
    """What is told of a site."""

    kind: str
    name: str
    name_en: str = ""
    address: str = ""
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    access: tuple[str, ...] = ()
    contact: str = ""


SITE_KINDS = ("hall", "campus", "cafe", "district", "video", "online")
NO_PAIR = _l("위도와 경도를 함께 적어 주세요")
NO_LATITUDE = _l("위도는 -90에서 90까지예요. 예: 37.5665")
NO_LONGITUDE = _l("경도는 -180에서 180까지예요. 예: 126.9780")


def check_site(told: SiteFields) -> None:
    """Raise Invalid beside every field that cannot be kept."""
    wrong: list[tuple[str, bool, LazyString]] = [
        ("kind", told.kind not in SITE_KINDS, _l("장소의 종류를 골라 주세요")),
        (
            "name",
            not 0 < len(told.name.strip()) <= 120 or len(told.name_en) > 120,
            _l("장소 이름을 120자까지 적어 주세요"),
        ),
        ("address", len(told.address) > 200, _l("%(most)s자까지 쓸 수 있어요", most=200)),
        ("contact", len(told.contact) > 200, _l("%(most)s자까지 쓸 수 있어요", most=200)),
        ("region", told.region is not None and told.region not in codes.regions(), _l("목록에서 지역을 골라 주세요")),
        ("access", not set(told.access) <= set(ACCESS), _l("목록에서 골라 주세요")),
        ("latitude", told.latitude is not None and not -90 <= told.latitude <= 90, NO_LATITUDE),
        ("longitude", told.longitude is not None and not -180 <= told.longitude <= 180, NO_LONGITUDE),
        ("longitude", told.latitude is not None and told.longitude is None, NO_PAIR),
        ("latitude", told.longitude is not None and told.latitude is None, NO_PAIR),
    ]
    errors = [FieldError(name, message) for name, is_wrong, message in wrong if is_wrong]
    if errors:
        raise Invalid(errors=errors)


def distance_km(one: Point, other: Point) -> float:
    """Return the kilometres between two points along the surface, by the haversine formula."""
    north, east = radians(other[0] - one[0]) / 2, radians(other[1] - one[1]) / 2
    chord = sin(north) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(east) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(chord, 1.0)))


def district_point(code: str) -> Point | None:
    """Return about where a 시군구 lies, to a kilometre or two; None for a code without a place.

    From the plane of codes.places (UTM-K: origin 38° N 127.5° E at 1000, 2000 km, scale 0.9996), by series of the second order.
    """
    place = codes.places().get(code)
    if place is None:
        return None
    east, north = (place[0] - 1000) / 0.9996, (place[1] - 2000) / 0.9996
    latitude = 38 + north / 110.98  # kilometres of a degree of the meridian, between 33 and 39 degrees
    latitude -= (east**2 / (2 * 6370) * tan(radians(latitude))) / 110.98
    return latitude, 127.5 + east / (111.32 * cos(radians(latitude)))
