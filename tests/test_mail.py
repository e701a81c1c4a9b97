"""Letters as mail programs get them, and the ways to hand one over."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from fairapp.mail import CannotSend, OutboxRow, Recipient, Rendered, compose, connection, deliver
from tests.servers import MailServer, free_port

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ROW = OutboxRow(1, "booking:7:1", "booking.confirmed", 7, None, {}, "<abc@fairapp>", 1)
TO = Recipient("seeker@demo.example", "정한별", "ko")
SENDER = "대구일자리센터 <no-reply@fairapp.example>"
ICS = "\r\n".join(
    ["BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "SUMMARY:면접", "END:VEVENT", "END:VCALENDAR", ""]
).encode()


def made(rendered: Rendered, to: Recipient = TO, sender: str = SENDER) -> EmailMessage:
    """Return the letter as the other side parses it from its bytes."""
    composed = compose(ROW, to, rendered, sender, NOW).as_bytes()
    parsed = email.message_from_bytes(composed, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert all(len(line) < 999 for line in composed.splitlines())
    return parsed


def test_a_plain_letter() -> None:
    letter = made(Rendered("면접 예약이 확정됐어요", "11월 24일 (화) 오후 2:20\n"))
    assert str(letter["Subject"]) == "면접 예약이 확정됐어요"
    assert str(letter["From"]) == SENDER
    assert str(letter["To"]) == "정한별 <seeker@demo.example>"
    assert letter["Date"].datetime == NOW
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == ("<abc@fairapp>", "auto-generated")
    assert (letter.get_content_type(), letter.get_content_charset()) == ("text/plain", "utf-8")
    assert letter.get_content() == "11월 24일 (화) 오후 2:20\r\n"  # a mail's lines end so (RFC 2045)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_stands_in_the_letter_and_beside_it(method: str) -> None:
    letter = made(Rendered("면접", "글", "<p>글</p>", ICS, method))
    assert letter.get_content_type() == "multipart/mixed"
    both, attached = letter.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    text, html, calendar = both.iter_parts()
    assert [part.get_content_type() for part in (text, html, calendar)] == ["text/plain", "text/html", "text/calendar"]
    assert dict(calendar["Content-Type"].params) == {"charset": "utf-8", "method": method}
    assert calendar.get_payload(decode=True) == ICS
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    assert attached.get_content() == ICS


NAUGHTY = [
    "x\r\nBcc: a@b.kr",
    "x\nSubject: y",
    "x\x00y",
    "x\u2028Bcc: a@b.kr",
    "\r\n\r\nbody",
    "a" * 5000,
    '"; <>,@',
    "👩‍💻",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_starts_a_header_of_its_own(text: str) -> None:
    letter = made(Rendered(text, text), Recipient("seeker@demo.example", text, "ko"))
    wanted = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    assert set(letter.keys()) - wanted == {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert [address.addr_spec for address in letter["To"].addresses] == ["seeker@demo.example"]
    assert len(str(letter["Subject"])) <= 200


@pytest.mark.parametrize(
    "address", ["", "x", "a@b\r\nBcc: c@d.kr", "a b@c.kr", "<a@b.kr>", "a@b.kr, c@d.kr", "a@\x00.kr"]
)
def test_what_is_no_address_cannot_be_sent_to(address: str) -> None:
    with pytest.raises(CannotSend) as refused:
        made(Rendered("x", "y"), Recipient(address, "", "ko"))
    assert refused.value.lasting


def test_a_domain_in_hangul_goes_as_ascii() -> None:
    letter = made(Rendered("x", "y"), Recipient("hong@한국.kr", "홍길동", "ko"))
    assert letter["To"].addresses[0].addr_spec == "hong@xn--3e0b707e.kr"


def test_a_real_server_takes_a_letter_with_an_invitation(mail: MailServer) -> None:
    deliver(compose(ROW, TO, Rendered("면접", "글\n", None, ICS, "REQUEST"), SENDER, NOW), mail.url)
    [letter] = mail.to("seeker@demo.example")
    assert (letter.subject, letter.text.strip(), letter.message_id) == ("면접", "글", "<abc@fairapp>")
    assert letter.sender == "no-reply@fairapp.example"
    assert b"\r\n" in letter.raw


def test_a_name_in_hangul_before_the_at_needs_a_server_that_knows_such(mail: MailServer) -> None:
    deliver(compose(ROW, Recipient("홍길동@한국.kr", "", "ko"), Rendered("x", "y"), SENDER, NOW), mail.url)
    assert [letter.recipients for letter in mail.letters] == [("홍길동@xn--3e0b707e.kr",)]


@pytest.mark.parametrize(("reply", "lasting"), [("451 4.3.0 later", False), ("550 5.1.1 nobody", True)])
def test_a_refusal_says_whether_it_lasts(mail: MailServer, reply: str, lasting: bool) -> None:
    letter = compose(ROW, TO, Rendered("x", "y"), SENDER, NOW)
    with connection(mail.url) as sender:
        mail.fail_next(1, reply)
        with pytest.raises(CannotSend, match=reply[:3]) as refused:
            sender.send(letter)
        sender.send(letter)
    assert refused.value.lasting is lasting
    assert len(mail.letters) == 1


def test_a_server_that_is_not_there_is_no_lasting_refusal() -> None:
    with pytest.raises(CannotSend) as refused:
        deliver(compose(ROW, TO, Rendered("x", "y"), SENDER, NOW), f"smtp://127.0.0.1:{free_port()}")
    assert not refused.value.lasting


def test_on_ones_own_machine_letters_are_files(tmp_path: Path) -> None:
    for _ in range(2):
        deliver(compose(ROW, TO, Rendered("면접", "글"), SENDER, NOW), f"file:{tmp_path / 'mail'}")
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == "abcfairapp.eml"
    assert email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["Subject"] == "면접"
