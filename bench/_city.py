"""A made-up city: people known to five agencies, and the rows that these agencies hold about them, with the truth.

What is known: the order and rough share of surnames (census of 2015), that given names go by fashion of the year of birth, and
that a few are very frequent. Everything else, the errors above all, is set by the rates in `Rates`, each a share of rows unless
it says otherwise. They are not kind to the method: one name in eleven is not written as in the register, one phone in eight has
changed, every sixth row lacks its address of mail, one in nine its birth date or has it wrong; twins have names that share a
syllable, the same birthday and often the same phone. Every person has a row; 200,000 people make about 343,000 rows.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench import _city_names as names
from fairapp.partners.rules.linking import Person

AGENCIES = {
    "centre": 0.62,
    "private-a": 0.30,
    "private-b": 0.24,
    "institute": 0.22,
    "school": 0.14,
}  # share of people known
FORMAL = {"centre", "school"}  # these copy the name from a document; at the others people fill in a form themselves
REGIONS = [f"27{n:02d}0" for n in (11, 14, 17, 20, 23, 26, 29, 71)] + ["47290", "47190", "47130", "48170", "26350"]
SHARES = [0.06, 0.14, 0.07, 0.06, 0.18, 0.17, 0.22, 0.08, 0.005, 0.005, 0.005, 0.003, 0.002]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what goes wrong; of rows, unless it says otherwise."""

    foreign: float = 0.04  # of people: names that are not Korean
    twins: float = 0.014  # of people: one of two, same birthday, home, often phone and mail
    family_phone: float = 0.06  # of people: give the phone of a parent, partner, brother or sister
    family_email: float = 0.03  # of people: one address for two
    registered_twice: float = 0.03  # of people at an agency: a second row with another number
    latin_formal: float = 0.01  # Korean names in Latin letters
    latin_free: float = 0.05
    homophone: float = 0.015  # 재 as 제, 현 as 헌
    slip: float = 0.015  # one letter of a syllable is another one
    no_birth: float = 0.09
    wrong_birth: float = 0.025  # a third each: day and month swapped, a digit wrong, two digits swapped
    no_phone: float = 0.06
    wrong_phone: float = 0.012
    office_phone: float = 0.003  # the agency's own number
    changed_phone: float = 0.12  # at this agency an older number
    no_email: float = 0.17
    changed_email: float = 0.15
    wrong_email: float = 0.01
    no_region: float = 0.10
    moved: float = 0.10
    changed_name: float = 0.002  # another given name, by law
    hidden_name: float = 0.0015  # 홍*동


@dataclass(slots=True)
class Somebody:
    """The truth about a person."""

    surname: str
    given: str  # Hangul, or Latin words
    foreign: bool
    birth: date
    phones: list[str]  # now and before
    emails: list[str]
    region: str


def rows(people: int, seed: int, rates: Rates | None = None) -> tuple[list[Person], dict[str, int]]:
    """Return the agencies' rows in a random order, and of each key the number of its person."""
    chance, used = random.Random(seed), rates or Rates()
    everybody = list(_everybody(people, chance, used))
    found: list[tuple[int, Person]] = []
    for agency in AGENCIES:
        found += _register(agency, everybody, chance, used)
    known = {who for who, _ in found}
    first = next(iter(AGENCIES))
    found += [(who, _row(first, f"L{who}", one, chance, used)) for who, one in enumerate(everybody) if who not in known]
    chance.shuffle(found)
    keyed = [replace(row, key=f"r{n:06d}") for n, (_, row) in enumerate(found)]
    return keyed, {row.key: who for row, (who, _) in zip(keyed, found, strict=True)}


def _everybody(count: int, chance: random.Random, rates: Rates) -> Iterator[Somebody]:
    made = 0
    taken: set[str] = set()
    previous: Somebody | None = None
    while made < count:
        one = _somebody(chance, rates)
        one.emails = [names.free_email(mail, taken, chance) for mail in one.emails]
        if previous and not one.foreign and not previous.foreign:
            if chance.random() < rates.family_phone:
                one.phones[0] = previous.phones[0]
                # Half of them are of one surname: parent and child, brother and sister.
                one.surname = previous.surname if chance.random() < 0.5 else one.surname
            if chance.random() < rates.family_email:
                one.emails[0] = previous.emails[0]
        yield one
        made += 1
        if made < count and not one.foreign and chance.random() < rates.twins / 2:
            yield _twin(one, taken, chance)
            made += 1
        previous = one


def _somebody(chance: random.Random, rates: Rates) -> Somebody:
    foreign = chance.random() < rates.foreign
    born = date(1946, 1, 1) + timedelta(days=int(chance.betavariate(3.2, 2.2) * 62 * 365))
    surname, given = names.foreign(chance) if foreign else names.korean(born.year, chance)
    return Somebody(
        surname,
        given,
        foreign,
        born,
        [names.phone(chance), names.phone(chance)],
        [names.email(surname, given, born, chance), names.email(surname, given, born, chance)],
        chance.choices(REGIONS, SHARES)[0],
    )


def _twin(one: Somebody, taken: set[str], chance: random.Random) -> Somebody:
    """Return a brother or sister of the same day: a syllable in common, the other often a letter apart."""
    given = names.twin_of(one.given, one.birth.year, chance)
    twin = Somebody(one.surname, given, False, one.birth, [], [], one.region)
    own, mail = names.phone(chance), names.free_email(names.email(one.surname, given, one.birth, chance), taken, chance)
    twin.phones = [one.phones[0] if chance.random() < 0.4 else own, one.phones[1]]
    twin.emails = [one.emails[0] if chance.random() < 0.2 else mail, mail]
    return twin


def _register(
    agency: str, everybody: list[Somebody], chance: random.Random, rates: Rates
) -> Iterator[tuple[int, Person]]:
    number = 10_000
    for who, one in enumerate(everybody):
        share = AGENCIES[agency] * (1.6 if agency == "school" and one.birth.year >= 1995 else 1.0)
        if chance.random() >= share:
            continue
        for _ in range(2 if chance.random() < rates.registered_twice else 1):
            number += 1
            yield who, _row(agency, f"{agency[0].upper()}{number}", one, chance, rates)


def _row(agency: str, own_id: str, one: Somebody, chance: random.Random, rates: Rates) -> Person:
    def happens(share: float) -> bool:
        return chance.random() < share

    phone = names.phone_typed(one.phones[1 if happens(rates.changed_phone) else 0], chance)
    if happens(rates.wrong_phone):
        phone = names.wrong_digit(phone, chance)
    if happens(rates.office_phone):
        phone = f"053-600-{1000 + len(agency)}"
    email = one.emails[1 if happens(rates.changed_email) else 0]
    if happens(rates.wrong_email):
        email = names.wrong_letter(email, chance)
    born: date | None = one.birth
    if happens(rates.wrong_birth):
        born = names.wrong_birth(one.birth, chance)
    return Person(
        key="",
        source=agency,
        own_id=None if happens(0.02) else own_id,
        name=_name(agency, one, chance, rates),
        birth_date=None if happens(rates.no_birth) else born,
        phone=None if happens(rates.no_phone) else phone,
        email=None if happens(rates.no_email) else email.upper() if happens(0.03) else email,
        region=None if happens(rates.no_region) else chance.choice(REGIONS) if happens(rates.moved) else one.region,
    )


def _name(agency: str, one: Somebody, chance: random.Random, rates: Rates) -> str:
    """Return the name as this agency wrote it."""
    if one.foreign:
        return names.foreign_written(one.surname, one.given, chance)
    given = one.given
    if chance.random() < rates.changed_name:
        given = names.korean(one.birth.year, chance)[1]
    if chance.random() < (rates.latin_formal if agency in FORMAL else rates.latin_free):
        return names.latin_written(one.surname, given, chance)
    if chance.random() < rates.hidden_name:
        return f"{one.surname}*{given[-1]}"
    lot = chance.random()
    if lot < rates.homophone:
        given = names.homophone(given, chance)
    elif lot < rates.homophone + rates.slip:
        return names.slip(one.surname + given, chance)
    return names.hangul_written(one.surname, given, chance)
