"""Calls about the caller: tokens, account, profile."""

from dataclasses import asdict
from datetime import date

from pydantic import BaseModel, Field, SecretStr

from fairapp import clock, db, openapi
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.guards import Caller
from fairapp.accounts.models import secret_hash
from fairapp.shapes import DayIn, In, Moment, Ref, number


class NewToken(In):
    """Who asks for a token, and what it is for."""

    email: str = Field(max_length=1000)
    password: SecretStr = Field(max_length=1000)
    name: str = Field("API", max_length=80)


class TokenMade(BaseModel):
    """A bearer token; it is shown this once."""

    token: str
    expires_at: Moment


class MembershipOut(BaseModel):
    """A role at an employer or an agency."""

    id: Ref
    role: str
    employer: Ref | None
    agency: Ref | None


class Me(BaseModel):
    """The caller."""

    id: Ref
    email: str
    name: str
    language: str
    roles: list[str]
    memberships: list[MembershipOut]
    resources: list[Ref]


class ProfileIn(In):
    """What a seeker tells of herself; what is left out is emptied."""

    phone: str | None = Field(None, max_length=40)
    birth_date: DayIn | None = None
    region: str | None = Field(None, max_length=5)
    intro: str = Field("", max_length=2000)
    experience: str = Field("", max_length=5000)
    experience_years: int = Field(0, ge=0, le=60, strict=True)
    education: str | None = Field(None, max_length=12)
    skills: list[str] = Field(default_factory=list, max_length=30)
    wish_occupation: str | None = Field(None, max_length=4)
    wish_region: str | None = Field(None, max_length=5)
    wish_employment_type: str | None = Field(None, max_length=12)
    wish_salary: int | None = Field(None, ge=0, le=1_000_000_000, strict=True, description="KRW a year")
    segment: str | None = Field(None, max_length=12)


class ResumeOut(BaseModel):
    """A résumé, without the file."""

    name: str
    size: int
    uploaded_at: Moment


class ProfileOut(BaseModel):
    """What a seeker tells of herself."""

    phone: str | None
    birth_date: date | None
    region: str | None
    intro: str
    experience: str
    experience_years: int
    education: str | None
    skills: list[str]
    wish_occupation: str | None
    wish_region: str | None
    wish_employment_type: str | None
    wish_salary: int | None = Field(description="KRW a year")
    segment: str | None
    resume: ResumeOut | None


@openapi.call("POST", "/tokens", body=NewToken, returns=TokenMade, status=201, problems=(401, 409), remember=False)
def make_token(body: NewToken) -> TokenMade:
    """Make a bearer token from an address and a password."""
    now, secret = clock.now(), rules.new_secret()
    proof = guards.proven(body.email, body.password.get_secret_value().strip(), now)
    until = db.write(
        actions.make_token,
        proof.account_id,
        body.name,
        secret_hash(secret),
        now,
        email=proof.email,
        known_browser=proof.known_browser,
        new_hash=proof.new_hash,
    )
    return TokenMade(token=secret, expires_at=until)


@openapi.call("DELETE", "/tokens/{token}", admit=guards.signed_in)
def revoke_token(token: str, caller: Caller) -> None:
    """Make one of one's own tokens useless."""
    db.write(actions.revoke_token, caller.id, number(token), clock.now())


@openapi.call("GET", "/me", admit=guards.signed_in, returns=Me)
def me(caller: Caller) -> Me:
    """The caller's account, roles and resource ids."""
    with db.read() as session:
        held = queries.memberships(session, caller.id)
        resources = [one for found in queries.resource_ids for one in found(session, caller.id)]
    return Me(
        id=caller.id,
        email=caller.email,
        name=caller.name,
        language=caller.language,
        roles=caller.roles,
        memberships=[MembershipOut(id=m.id, role=m.role, employer=m.employer_id, agency=m.agency_id) for m in held],
        resources=resources,
    )


@openapi.call("GET", "/me/profile", admit=guards.signed_in, returns=ProfileOut)
def profile(caller: Caller) -> ProfileOut:
    """The caller's own profile."""
    with db.read() as session:
        fields = queries.profile_fields(session, caller.id)
        resume = queries.resume_facts(session, [caller.id]).get(caller.id)
    return _profile(fields, resume)


@openapi.call("PUT", "/me/profile", admit=guards.signed_in, body=ProfileIn, returns=ProfileOut)
def save_profile(body: ProfileIn, caller: Caller) -> ProfileOut:
    """Keep the whole profile in place of what was there."""
    given = rules.ProfileFields(**{**body.model_dump(), "skills": tuple(body.skills)})
    fields = db.write(actions.save_profile, caller.id, given, clock.now())
    with db.read() as session:
        resume = queries.resume_facts(session, [caller.id]).get(caller.id)
    return _profile(fields, resume)


def _profile(fields: rules.ProfileFields, resume: queries.Resume | None) -> ProfileOut:
    file = ResumeOut(name=resume.name, size=resume.size, uploaded_at=resume.uploaded_at) if resume else None
    return ProfileOut(**{**asdict(fields), "skills": list(fields.skills)}, resume=file)
