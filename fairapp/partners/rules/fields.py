"""What a partner's row may tell, under which headings others send it, and how the mapping page calls it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import COLUMNS as SEEKERS
from fairapp.tables import Columns

# One of these, so that the row can be found to be the same person again.
TELLING = ("email", "phone", "birth_date", "own_id")

NAME_PARTS = (("first_name", "last_name"), ("First Name", "Last Name"), ("이름", "성"), ("given_name", "family_name"))

PERSON_COLUMNS: Columns = {
    **SEEKERS,
    "name": (*SEEKERS["name"], "Attendee name", "Name Used in the CV", "학습근로자명", "student_name", "full_name"),
    "email": (*SEEKERS["email"], "email_address", "student_email_address", "student_email", "메일주소"),
    "phone": (*SEEKERS["phone"], "핸드폰번호", "휴대전화번호", "Phone number", "mobile_number"),
    "institute": (*SEEKERS["institute"], "소속", "primary_education:college_name"),
    "course": (*SEEKERS["course"], "학과", "전공", "사업명", "일자리명", "primary_education:major_names"),
    "course_kind": ("course_kind", "과정구분", "사업구분", "일자리구분"),
    "began": (*SEEKERS["began"], "시작일자", "입학일", "지원일", "primary_education:start_date"),
    "ended": (*SEEKERS["ended"], "종료일자", "졸업예정일", "수료예정일", "primary_education:end_date"),
    "education": (*SEEKERS["education"], "primary_education:education_level_name"),
    "skills": (*SEEKERS["skills"], "skill_names", "보유자격"),
    "wish_occupation": (*SEEKERS["wish_occupation"], "desired_field", "Position you prefer"),
    "experience": ("experience", "경력사항", "주요경력", "경력내용", "work_history"),
    "own_id": (
        "own_id", "학번", "회원번호", "구직번호", "관리번호", "아이디", "Public ID", "ID", "Order code",
        "auth_identifier", "username", "Registration Number",
    ),
    "consented": (
        "consented", "개인정보동의", "정보제공동의", "제3자제공동의", "동의여부", "agreed_to_terms", "consent",
    ),
    "consented_on": ("consented_on", "동의일", "동의일자", "동의일시"),
    "said_on": (
        "said_on", "수정일", "최종수정일", "갱신일", "updated_at", "Last Updated Date", "Modification date", "smodifyDtm",
    ),
    "home_region": ("home_region", "고향", "출신지역", "본적지"),
    "returning": ("returning", "귀향희망", "지역복귀희망", "유턴희망"),
    "segment": ("segment", "대상구분", "참여유형", "구분"),
}  # fmt: skip

PERSON_LABELS: dict[str, LazyString] = {
    "name": _l("이름"),
    "email": _l("메일"),
    "phone": _l("전화번호"),
    "birth_date": _l("생년월일"),
    "own_id": _l("보낸 기관의 번호"),
    "consented": _l("정보 제공 동의"),
    "consented_on": _l("동의한 날"),
    "said_on": _l("정보 기준일"),
    "region": _l("사는 곳"),
    "education": _l("학력"),
    "experience_years": _l("경력 (년)"),
    "experience": _l("경력 내용"),
    "skills": _l("기술과 자격"),
    "wish_occupation": _l("희망 직무"),
    "wish_region": _l("희망 지역"),
    "course": _l("과정, 학과, 공공 일자리의 이름"),
    "course_kind": _l("무엇인가요 (훈련, 학교, 공공근로, 시 일자리 지원, 시험)"),
    "institute": _l("훈련기관이나 학교"),
    "began": _l("과정 시작일"),
    "ended": _l("과정 종료일"),
    "completed": _l("수료 여부"),
    "home_region": _l("고향"),
    "returning": _l("고향으로 돌아올 뜻"),
    "segment": _l("대상 구분"),
}

EMPLOYER_LABELS: dict[str, LazyString] = {
    "name": _l("기업 이름"),
    "registration_number": _l("사업자등록번호"),
    "name_en": _l("영어 이름"),
    "industry": _l("업종"),
    "employees": _l("직원 수"),
    "region": _l("지역"),
    "address": _l("주소"),
    "phone": _l("대표 전화"),
    "about": _l("소개"),
}

LISTING_LABELS: dict[str, LazyString] = {
    "employer": _l("기업 이름"),
    "registration_number": _l("사업자등록번호"),
    "title": _l("공고 제목"),
    "description": _l("하는 일"),
    "employment_type": _l("고용형태"),
    "location": _l("일하는 곳"),
    "region": _l("지역"),
    "occupation": _l("직무"),
    "salary": _l("급여"),
    "salary_min": _l("가장 적은 급여"),
    "salary_max": _l("가장 많은 급여"),
    "salary_period": _l("급여 단위"),
    "min_experience": _l("경력"),
    "education": _l("학력"),
    "hours": _l("근로시간"),
    "headcount": _l("모집 인원"),
    "skills": _l("기술과 자격"),
    "posted_on": _l("여는 날"),
    "closes_on": _l("닫는 날"),
    "url": _l("원래 공고의 주소"),
    "source": _l("출처"),
    "source_id": _l("출처의 공고 번호"),
    "about": _l("기업 소개"),
    "duties": _l("주요 업무"),
    "qualification": _l("자격 요건"),
    "preferential": _l("우대 사항"),
    "benefits": _l("복리후생"),
}
