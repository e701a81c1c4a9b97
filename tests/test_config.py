"""Settings: a bad value stops the start with a sentence that names it."""

import pytest

from fairapp import config

GOOD = {"SECRET_KEY": "a key for tests only", "DATABASE_URL": "sqlite:////tmp/x.db"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u@h:abc/x"),
        ("DATABASE_URL", "mysql://u@h/x"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "nonsense"),
        ("BASE_URL", "http:"),
        ("BASE_URL", "http://["),
        ("BASE_URL", "ftp://example.kr"),
        ("BASE_URL", "http://example.kr:99999"),
        ("MAIL_URL", "smtp:"),
        ("MAIL_URL", "smtp://:25"),
        ("REDIS_URL", "redis:"),
        ("PORT", "70000"),
        ("PORT", "٣"),
        ("RATE_LIMITS", "maybe"),
        ("FAIRAPP_MAIL_FROM", "nobody"),
        ("FAIRAPP_MAIL_FROM", "a <b@c.kr>\nBcc: all@c.kr"),
        ("FAIRAPP_THREADS", "0"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", ""),
        ("FAIRAPP_COLOUR", "blue"),
    ],
)
def test_a_bad_value_is_told_by_its_name(name: str, value: str) -> None:
    with pytest.raises(config.ConfigError, match=name) as caught:
        config.load({**GOOD, name: value})
    assert str(caught.value).endswith(".") or ":" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://fair.example.kr/"),
        ("MAIL_URL", "smtp+starttls://user:word@mail.example.kr:587"),
        ("MAIL_URL", "file:/tmp/mail"),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("FAIRAPP_MAIL_FROM", "일자리센터 <jobs@example.kr>"),
        ("DATABASE_URL", "postgresql://u@h/x"),
    ],
)
def test_a_good_value_is_taken(name: str, value: str) -> None:
    config.load({**GOOD, name: value})
