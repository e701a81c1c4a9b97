-- The figures of the way to a job at agency :agency on :today, worked out from the raw rows of SQLite without the app's code.
WITH
counselled AS (SELECT seeker_id FROM assignment WHERE agency_id = :agency AND ended_at IS NULL),
going AS (SELECT seeker_id, stage FROM participation WHERE agency_id = :agency AND ended_at IS NULL),
hire AS (  -- hires that stand
  SELECT seeker_id, "on" FROM outcome o
  WHERE stage = 'hired' AND id NOT IN (SELECT corrects FROM outcome WHERE corrects IS NOT NULL)
    AND NOT EXISTS (
      SELECT 1 FROM outcome e WHERE e.booking_id = o.booking_id AND e.stage IN ('rejected', 'withdrawn')
        AND e.id NOT IN (SELECT corrects FROM outcome WHERE corrects IS NOT NULL))
),
course AS (  -- each person once; she began less than a year ago
  SELECT p.seeker_id, min(date(p.began_at, '+9 hours')) AS began,
    max(p.end_reason = 'job' OR EXISTS (
      SELECT 1 FROM hire h WHERE h.seeker_id = p.seeker_id AND h."on" >= date(p.began_at, '+9 hours'))) AS placed
  FROM participation p WHERE agency_id = :agency GROUP BY p.seeker_id
),
free AS (  -- counselled and not hired within a year
  SELECT c.seeker_id, p.segment,
    strftime('%Y', :today) - strftime('%Y', p.birth_date) - (strftime('%m%d', :today) < strftime('%m%d', p.birth_date)) AS age
  FROM counselled c LEFT JOIN profile p ON p.account_id = c.seeker_id
  WHERE NOT EXISTS (SELECT 1 FROM hire h WHERE h.seeker_id = c.seeker_id AND h."on" > date(:today, '-365 days'))
),
stage(no) AS (VALUES (1), (2), (3), (4)),
state(name) AS (VALUES ('handed'), ('waiting'), ('offered'), ('refused'))
SELECT 'counsellors' AS name, count(*) AS value FROM membership WHERE agency_id = :agency AND role = 'coach' AND ended_at IS NULL
UNION ALL SELECT 'people', count(*) FROM counselled
UNION ALL SELECT 'waiting', count(*) FROM counsellor_wait WHERE agency_id = :agency AND ended_at IS NULL
UNION ALL SELECT 'stage:' || no, (SELECT count(*) FROM going g WHERE g.stage = no AND g.seeker_id IN counselled) FROM stage
UNION ALL SELECT 'course:began', count(*) FROM course
UNION ALL SELECT 'course:placed', coalesce(sum(placed), 0) FROM course
UNION ALL SELECT 'course:share', round(100.0 * sum(placed) / count(*), 1) FROM course
UNION ALL SELECT 'way:' || name, (SELECT count(*) FROM way_back b WHERE b.agency_id = :agency AND b.state = name) FROM state
UNION ALL SELECT 'pool:youth', count(*) FROM free WHERE age BETWEEN 15 AND 34
UNION ALL SELECT 'pool:career_break', count(*) FROM free WHERE segment = 'career_break'
UNION ALL SELECT 'pool:age_50_plus', count(*) FROM free WHERE age >= 50
UNION ALL SELECT 'pool:open', count(*) FROM free
