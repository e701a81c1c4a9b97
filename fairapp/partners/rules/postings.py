"""A listing as a schema.org JobPosting, as search engines read it (schema.org/JobPosting; Google's structured data guide).

Required there: title, description, datePosted, hiringOrganization, jobLocation; the others are recommended. Values that
are not known are left out, never guessed.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from fairapp import codes

EMPLOYMENT = {"regular": "FULL_TIME", "contract": "TEMPORARY", "part_time": "PART_TIME", "internship": "INTERN"}
UNITS = {"year": "YEAR", "month": "MONTH", "hour": "HOUR"}
EDUCATION = {
    "high_school": "high school",
    "associate": "associate degree",
    "bachelor": "bachelor degree",
    "master": "postgraduate degree",
    "doctorate": "postgraduate degree",
}


def posting(facts: Mapping[str, Any], url: str, *, english: bool = False) -> dict[str, Any]:
    """Return the JobPosting of a listing that is visible now; `facts` as rules.facts_of gives them, `url` its page.

    In English as far as there is English; what only the employer could translate stays as it is.
    """
    employer = _say(facts["employer_name"], facts["employer_name_en"], english)
    title = _say(facts["title"], facts["title_en"], english)
    found = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "url": url,
        "title": title,
        "description": _description(facts["description"], title),
        "datePosted": facts["opens_at"],
        "validThrough": facts["visible_until"],
        "employmentType": EMPLOYMENT.get(facts["employment_type"] or ""),
        "hiringOrganization": {"@type": "Organization", "name": employer},
        "identifier": {"@type": "PropertyValue", "name": employer, "value": facts["id"]},
        "jobLocation": {"@type": "Place", "address": _address(facts, english)},
        "baseSalary": _salary(facts["salary"]),
        "totalJobOpenings": facts["openings_left"],
        "directApply": True,  # an interview is booked on that very page's booth
        "occupationalCategory": _occupation(facts["occupation"], english),
        "workHours": f"{facts['hours_per_week']} h/week",
        "skills": ", ".join(facts["skills"]) or None,
        "experienceRequirements": _experience(facts["experience"], facts["experience_years"]),
        "educationRequirements": _education(facts["education"]),
    }
    return {name: value for name, value in found.items() if value is not None}


def _say(korean: str, other: str, english: bool) -> str:
    return other if english and other else korean


def _description(text: str, title: str) -> str:
    """Return what the job is as HTML; one that says nothing still names the job, for a description is required."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    paragraphs = [Markup("<p>{}</p>").format(line) for line in lines or [title]]
    return str(escape("").join(paragraphs))


def _address(facts: Mapping[str, Any], english: bool) -> dict[str, str]:
    """Return the place of work; where the listing names no region, its employer's."""
    code = facts["region"] or facts["employer_region"] or ""
    found, whole = codes.regions().get(code), codes.regions().get(f"{code[:2]}000")
    parts = {"streetAddress": facts["workplace"]}
    if found is not None and found.sigungu:
        parts["addressLocality"] = _say(found.sigungu, found.name_en, english)
    if found is not None:
        parts["addressRegion"] = _say(found.sido, whole.name_en if whole else "", english)
    said = {name: value for name, value in parts.items() if value}
    return {"@type": "PostalAddress", **said, "addressCountry": "KR"}


def _salary(salary: Mapping[str, Any]) -> dict[str, Any] | None:
    low, high = salary["min"], salary["max"]
    if salary["period"] is None or (low is None and high is None):
        return None
    bounds = {"value": low} if low == high else {"minValue": low, "maxValue": high}
    value = {"@type": "QuantitativeValue", **bounds, "unitText": UNITS[salary["period"]]}
    kept = {name: one for name, one in value.items() if one is not None}
    return {"@type": "MonetaryAmount", "currency": "KRW", "value": kept}


def _occupation(code: str | None, english: bool) -> dict[str, str] | None:
    found = codes.occupations().get(code or "")
    if found is None:
        return None
    name = _say(found.name_ko, found.name_en, english)
    return {"@type": "CategoryCode", "inCodeSet": "KECO 2018", "codeValue": found.code, "name": name}


def _experience(wanted: str, years: int) -> Any:
    if wanted != "experienced":
        return "no requirements"
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": max(12 * years, 1)}


def _education(wanted: str) -> Any:
    if wanted not in EDUCATION:
        return "no requirements"
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": EDUCATION[wanted]}
