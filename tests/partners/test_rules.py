"""Decisions about partners, on given values."""

import base64
from datetime import timedelta
from types import SimpleNamespace

import pytest

from fairapp.errors import Invalid
from fairapp.partners import rules
from tests.factories import NOW

HTTPS = {"plain": False, "anywhere": False}


def fields_refused(error: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {one.field for one in error.value.errors}


def test_a_key_says_what_it_is_for_how_often_and_how_long() -> None:
    rules.check_key(rules.KeyFields("포털", ["listings:read", "changes:read"]))
    bad = rules.KeyFields(" ", ["listings:read", "admin"], 0, 7)
    with pytest.raises(Invalid) as refused:
        rules.check_key(bad)
    assert fields_refused(refused) == {"name", "scopes", "per_minute", "days"}
    with pytest.raises(Invalid) as refused:
        rules.check_key(rules.KeyFields("x" * 81, [], rules.MOST_PER_MINUTE + 1, 366))
    assert fields_refused(refused) == {"name", "scopes", "per_minute", "days"}


def test_a_secret_is_recognised_and_its_hint_does_not_give_it_away() -> None:
    made = {rules.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(one.startswith("fairkey_") and len(one) == 51 and one.isascii() for one in made)
    assert all(len(rules.hint_of(one)) == 14 for one in made)


def test_a_key_is_valid_until_its_end_or_its_revocation() -> None:
    assert rules.state_of(NOW + timedelta(seconds=1), None, NOW) == "valid"
    assert rules.state_of(NOW, None, NOW) == "expired"
    assert rules.state_of(NOW + timedelta(days=1), NOW, NOW) == "revoked"
    assert rules.is_use_to_be_noted(None, NOW)
    assert rules.is_use_to_be_noted(NOW - timedelta(minutes=10), NOW)
    assert not rules.is_use_to_be_noted(NOW - timedelta(minutes=9), NOW)


def test_time_closes_a_listing_at_its_end_its_wage_s_or_its_booth_s() -> None:
    row = SimpleNamespace(closes_at=NOW + timedelta(days=3), intent_confirmed_at=NOW, intent_days=7, legal_until=None)
    assert rules.visible_until(row) == NOW + timedelta(days=3)
    row.legal_until = NOW + timedelta(days=2)
    assert rules.visible_until(row) == NOW + timedelta(days=2)
    row.intent_days = 1
    assert rules.visible_until(row) == NOW + timedelta(days=1)


def test_what_became_of_a_listing_follows_from_two_states() -> None:
    a, b = (NOW, {"title": "가"}), (NOW, {"title": "나"})
    found = [rules.became(*pair) for pair in ((None, None), (None, a), (a, a), (a, b), (a, None))]
    assert found == [None, "opened", None, "changed", "closed"]


def test_a_message_is_signed_as_the_standard_s_own_example() -> None:
    secret = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    body = b'{"event_type":"ping","data":{"success":true}}'
    signed = rules.signature([secret], "msg_loFOjxBNrRLzqYUf", 1731705121, body)
    assert signed == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    both = rules.signature([b"x" * 32, secret], "msg_loFOjxBNrRLzqYUf", 1731705121, body).split(" ")
    assert (len(both), both[1]) == (2, signed)
    assert rules.signature([secret], "msg_loFOjxBNrRLzqYUf", 1731705122, body) != signed


def test_each_webhook_and_version_has_a_secret_of_its_own() -> None:
    made = {rules.secret_of(key, hook, version) for key in ("a", "b") for hook in (1, 2) for version in (1, 2)}
    assert len(made) == 8
    said = rules.said(rules.secret_of("a", 1, 1))
    assert said.startswith("whsec_")
    assert base64.b64decode(said[6:]) == rules.secret_of("a", 1, 1)


INSIDE = [
    "https://127.0.0.1/x",
    "https://10.0.0.1",
    "https://192.168.0.1:8443/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://224.0.0.1/",
    "https://2130706433/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://db.internal/",
    "https://printer.local/",
]
UNREADABLE = [
    "",
    "x",
    "ftp://a.example/",
    "http://a.example/",
    "https://",
    "https:///x",
    "https://a.example:0/",
    "https://a.example:99999/",
    "https://a b.example/",
    "https://me:pw@a.example/",
    "https://@a.example/",
    "https://a.example/#x",
    "https://[::1/",
    "https://한국.example/",
    "https://a.example/\x00",
    "https://a.example/\nHost: b",
    "javascript:alert(1)",
    "https://a.example/" + "x" * 500,
]


@pytest.mark.parametrize("url", INSIDE + UNREADABLE)
def test_a_webhook_goes_to_a_public_https_address_alone(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_hook(rules.HookFields(url, ["listing"]), **HTTPS)
    assert fields_refused(refused) == {"url"}


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example:8443/x?y=1", "https://8.8.8.8/x"])
def test_a_public_https_address_is_taken(url: str) -> None:
    rules.check_hook(rules.HookFields(url, ["listing", "booth", "fair"]), **HTTPS)


def test_on_one_s_own_machine_http_and_by_setting_loopback_is_taken_too() -> None:
    rules.check_hook(rules.HookFields("http://a.example/", ["fair"]), plain=True, anywhere=False)
    rules.check_hook(rules.HookFields("http://127.0.0.1:1/", ["fair"]), plain=True, anywhere=True)
    with pytest.raises(Invalid):
        rules.check_hook(rules.HookFields("http://127.0.0.1:1/", ["fair"]), plain=True, anywhere=False)
    for topics in ([], ["slot"], ["listing", "x"]):
        with pytest.raises(Invalid) as refused:
            rules.check_hook(rules.HookFields("https://a.example", topics), **HTTPS)
        assert fields_refused(refused) == {"topics"}


@pytest.mark.parametrize("url", INSIDE[:13])
def test_an_address_that_a_name_leads_to_is_checked_alike(url: str) -> None:
    host = url.partition("//")[2].partition("/")[0].removesuffix(":8443").strip("[]")
    assert not rules.is_public(host)
    assert rules.is_public("2001:4860:4860::8888")


def test_a_delivery_is_tried_for_about_three_days_with_longer_and_longer_breaks() -> None:
    waits = [rules.retry_at(n, NOW, 0.5) for n in range(1, len(rules.RETRY_SECONDS) + 1)]
    seconds = [(at - NOW).total_seconds() for at in waits if at]
    assert seconds == [*rules.RETRY_SECONDS]
    assert seconds == sorted(seconds)
    assert timedelta(days=2.5) < timedelta(seconds=sum(seconds)) < timedelta(days=3.5)
    assert rules.retry_at(len(rules.RETRY_SECONDS) + 1, NOW, 0.5) is None
    spread = [rules.retry_at(3, NOW, chance) for chance in (0.0, 1.0)]
    assert [(at - NOW).total_seconds() for at in spread if at] == [24, 36]


FACTS = {
    "id": "7",
    "title": "재무 담당",
    "title_en": "Finance",
    "employer_name_en": "",
    "description": "장부를 <봐요>\n\n함께 & 오래",
    "employer_name": "(주)명성",
    "employer_region": "27290",
    "employment_type": "regular",
    "occupation": "0231",
    "region": "27290",
    "workplace": "달구벌대로 1",
    "salary": {"min": 42_000_000, "max": 48_000_000, "period": "year"},
    "openings_left": 2,
    "opens_at": "2026-11-23T01:00:00Z",
    "visible_until": "2026-11-26T01:00:00Z",
    "hours_per_week": 40,
    "skills": ["회계", "엑셀"],
    "experience": "experienced",
    "experience_years": 3,
    "education": "bachelor",
}


def test_a_listing_is_a_job_posting_with_all_that_search_engines_ask_for() -> None:
    found = rules.posting(FACTS, "https://fair.example/listings/7")
    required = {"title", "description", "datePosted", "hiringOrganization", "jobLocation"}
    recommended = {"validThrough", "employmentType", "identifier", "baseSalary", "directApply"}
    assert required | recommended | {"totalJobOpenings", "occupationalCategory"} <= set(found)
    assert (found["@context"], found["@type"]) == ("https://schema.org", "JobPosting")
    assert found["description"] == "<p>장부를 &lt;봐요&gt;</p><p>함께 &amp; 오래</p>"
    assert found["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "달구벌대로 1",
        "addressLocality": "달서구",
        "addressRegion": "대구광역시",
        "addressCountry": "KR",
    }
    assert found["baseSalary"] == {
        "@type": "MonetaryAmount",
        "currency": "KRW",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": 42_000_000,
            "maxValue": 48_000_000,
            "unitText": "YEAR",
        },
    }
    assert found["identifier"] == {"@type": "PropertyValue", "name": "(주)명성", "value": "7"}
    assert found["occupationalCategory"]["codeValue"] == "0231"
    assert found["experienceRequirements"]["monthsOfExperience"] == 36
    assert found["educationRequirements"]["credentialCategory"] == "bachelor degree"
    assert (found["employmentType"], found["totalJobOpenings"], found["directApply"]) == ("FULL_TIME", 2, True)
    english = rules.posting(FACTS, "u", english=True)
    assert (english["title"], english["hiringOrganization"]["name"]) == ("Finance", "(주)명성")
    assert (english["jobLocation"]["address"]["addressRegion"], english["occupationalCategory"]["name"].isascii()) == (
        "Daegu",
        True,
    )


def test_what_a_listing_does_not_say_is_left_out_of_the_posting_not_guessed() -> None:
    nothing = {"min": None, "max": None, "period": None}
    empty = {"description": "", "employment_type": None, "occupation": None, "region": None, "skills": []}
    bare = FACTS | empty | {"workplace": "", "employer_region": None, "salary": nothing}
    found = rules.posting(bare | {"experience": "any", "education": "any"}, "u")
    assert {"baseSalary", "employmentType", "occupationalCategory", "skills"}.isdisjoint(found)
    assert found["jobLocation"]["address"] == {"@type": "PostalAddress", "addressCountry": "KR"}
    assert found["description"] == "<p>재무 담당</p>"
    assert found["educationRequirements"] == found["experienceRequirements"] == "no requirements"


@pytest.mark.parametrize(
    ("salary", "value"),
    [
        ({"min": 11_000, "max": None, "period": "hour"}, {"minValue": 11_000, "unitText": "HOUR"}),
        ({"min": None, "max": 3_000_000, "period": "month"}, {"maxValue": 3_000_000, "unitText": "MONTH"}),
        ({"min": 3_000_000, "max": 3_000_000, "period": "month"}, {"value": 3_000_000, "unitText": "MONTH"}),
    ],
)
def test_one_end_of_a_salary_is_said_alone(salary: dict[str, object], value: dict[str, object]) -> None:
    found = rules.posting(FACTS | {"salary": salary}, "u")
    assert found["baseSalary"]["value"] == {"@type": "QuantitativeValue", **value}
