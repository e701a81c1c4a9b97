-- The figures of fair :fair, worked out from the raw rows of SQLite without any of the app's code. One row a figure: its
-- name and its value. `profession` holds the codes of the occupations that the professional share counts.
WITH
mark AS (  -- the newest word on each side of each interview
  SELECT booking_id, side, state FROM (
    SELECT a.*, row_number() OVER (PARTITION BY booking_id, side ORDER BY a.id DESC) AS nth
    FROM attendance a JOIN booking b ON b.id = a.booking_id JOIN slot s ON s.id = b.slot_id
    WHERE b.fair_id = :fair AND s.kind = 'interview'
  ) WHERE nth = 1
),
ledger AS (  -- what was written and not corrected
  SELECT o.*, CASE stage WHEN 'interviewed' THEN 1 WHEN 'passed' THEN 2 WHEN 'final_interview' THEN 3 WHEN 'offered' THEN 4
    WHEN 'hired' THEN 5 WHEN 'started' THEN 6 WHEN 'retained' THEN 7 ELSE 0 END AS height
  FROM outcome o
  WHERE fair_id = :fair AND id NOT IN (SELECT corrects FROM outcome WHERE corrects IS NOT NULL)
),
met AS (  -- interviews that took place
  SELECT b.id, b.seeker_id, s.booth_id FROM booking b JOIN slot s ON s.id = b.slot_id
  WHERE b.fair_id = :fair AND s.kind = 'interview' AND (
    2 = (SELECT count(*) FROM mark m WHERE m.booking_id = b.id AND m.state = 'present')
    OR b.id IN (SELECT booking_id FROM ledger WHERE height >= 1))
),
booked AS (
  SELECT DISTINCT b.seeker_id FROM booking b JOIN slot s ON s.id = b.slot_id
  WHERE b.fair_id = :fair AND s.kind = 'interview' AND b.status IN ('confirmed', 'completed')
),
came AS (
  SELECT account_id AS seeker_id FROM check_in WHERE fair_id = :fair
  UNION SELECT b.seeker_id FROM mark m JOIN booking b ON b.id = m.booking_id WHERE m.side = 'seeker' AND m.state = 'present'
  UNION SELECT seeker_id FROM met
),
registered AS (
  SELECT account_id AS seeker_id FROM fair_pass WHERE fair_id = :fair
  UNION SELECT seeker_id FROM booked UNION SELECT seeker_id FROM came
),
hire AS (  -- with what the person and the listing say today
  SELECT l.id, l.seeker_id, k.employment_type, k.occupation, p.segment,
    strftime('%Y', l."on") - strftime('%Y', p.birth_date) - (strftime('%m%d', l."on") < strftime('%m%d', p.birth_date)) AS age
  FROM ledger l JOIN listing k ON k.id = l.listing_id LEFT JOIN profile p ON p.account_id = l.seeker_id
  WHERE l.stage = 'hired'
    AND l.booking_id NOT IN (SELECT booking_id FROM ledger WHERE stage IN ('rejected', 'withdrawn'))
),
waited AS (  -- days from an interview's end to the first result
  SELECT julianday(min(o.recorded_at)) - julianday(s.ends_at) AS days
  FROM outcome o JOIN booking b ON b.id = o.booking_id JOIN slot s ON s.id = b.slot_id
  WHERE o.fair_id = :fair AND o.stage <> 'interviewed' GROUP BY b.id HAVING days >= 0
),
middle AS (
  SELECT avg(days) AS days FROM (
    SELECT days, row_number() OVER (ORDER BY days) AS nth, count(*) OVER () AS many FROM waited
  ) WHERE nth IN ((many + 1) / 2, (many + 2) / 2)
),
people(nth, stage, many) AS (
  SELECT 1, 'registered', count(*) FROM registered
  UNION ALL SELECT 2, 'came', count(*) FROM came
  UNION ALL SELECT 3, 'booked', count(*) FROM booked
  UNION ALL SELECT 4, 'interviewed', count(DISTINCT seeker_id) FROM met
  UNION ALL SELECT 5, 'passed', count(DISTINCT seeker_id) FROM ledger WHERE height >= 2
  UNION ALL SELECT 6, 'offered', count(DISTINCT seeker_id) FROM ledger WHERE height >= 4
  UNION ALL SELECT 7, 'hired', count(DISTINCT seeker_id) FROM hire
  UNION ALL SELECT 8, 'started', count(DISTINCT seeker_id) FROM ledger WHERE height >= 6
  UNION ALL SELECT 9, 'retained', count(DISTINCT seeker_id) FROM ledger WHERE height >= 7
),
part(name, hires, known) AS (
  SELECT 'youth', sum(age BETWEEN 15 AND 34), count(age) FROM hire
  UNION ALL SELECT 'regular', sum(employment_type = 'regular'), count(employment_type) FROM hire
  UNION ALL SELECT 'professional', sum(occupation IN (SELECT code FROM profession)), count(occupation) FROM hire
  UNION ALL SELECT 'career_break', sum(coalesce(segment = 'career_break', 0)), count(*) FROM hire
  UNION ALL SELECT 'age_50_plus', sum(age >= 50), count(age) FROM hire
  UNION ALL SELECT 'returnee', sum(coalesce(segment = 'returnee', 0)), count(*) FROM hire
),
one AS (
  SELECT (SELECT count(*) FROM hire) AS hires, (SELECT count(*) FROM met) AS met, f.hire_target, f.cost,
    (SELECT many FROM people WHERE stage = 'registered') AS registered, (SELECT many FROM people WHERE stage = 'hired') AS hired,
    (SELECT many FROM people WHERE stage = 'interviewed') AS interviewed, (SELECT many FROM people WHERE stage = 'passed') AS passed,
    (SELECT count(DISTINCT booth_id) FROM met) AS booths
  FROM fair f WHERE f.id = :fair
)
SELECT 'funnel:' || stage AS name, many AS value FROM people
UNION ALL SELECT 'rate:' || p.stage, CASE WHEN p.many <= b.many THEN round(100.0 * p.many / b.many, 1) END
  FROM people p JOIN people b ON b.nth = p.nth - 1
UNION ALL SELECT 'hires', hires FROM one
UNION ALL SELECT 'hire_target', hire_target FROM one
UNION ALL SELECT 'target_share', round(100.0 * hires / hire_target, 1) FROM one
UNION ALL SELECT 'part:' || name, coalesce(hires, 0) FROM part
UNION ALL SELECT 'known:' || name, known FROM part
UNION ALL SELECT 'share:' || name, round(100.0 * hires / known, 1) FROM part
UNION ALL SELECT 'placement', round(100.0 * hired / registered, 1) FROM one
UNION ALL SELECT 'success', round(100.0 * passed / interviewed, 1) FROM one
UNION ALL SELECT 'interviews_per_seeker', round(1.0 * met / interviewed, 1) FROM one
UNION ALL SELECT 'interviews_per_booth', round(1.0 * met / booths, 1) FROM one
UNION ALL SELECT side || '_absence', round(100.0 * sum(state = 'absent') / count(state), 1) FROM mark GROUP BY side
UNION ALL SELECT 'days_to_result', round(days, 1) FROM middle
UNION ALL SELECT 'cost_per_hire', round(1.0 * cost / hires) FROM one
