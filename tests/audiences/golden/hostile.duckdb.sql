WITH identified AS (
  SELECT
    node_hash,
    profile
  FROM people
), everyone AS (
  SELECT DISTINCT
    profile
  FROM identified
), feed0 AS (
  SELECT
    profile,
    COUNT(*) AS value0
  FROM (
    SELECT
      identified.profile,
      events.ts,
      CASE WHEN JSON_VALID(events.properties) THEN events.properties END AS properties
    FROM events
    JOIN identified
      ON identified.node_hash = events.node_hash
    WHERE
      events.type = 'track' AND events.name = '"\'' OR 1=1 --'
  ) AS seen
  GROUP BY
    profile
), trait0 AS (
  SELECT
    profile,
    CASE WHEN JSON_VALID(value) THEN value END AS value
  FROM traits
  WHERE
    name = 'a''b'
)
SELECT
  everyone.profile
FROM everyone
LEFT JOIN feed0
  ON feed0.profile = everyone.profile
LEFT JOIN trait0
  ON trait0.profile = everyone.profile
WHERE
  COALESCE(
    JSON_TYPE(trait0.value, '$') IN ('VARCHAR')
    AND JSON_EXTRACT_STRING(trait0.value, '$') = 'x''; DROP TABLE events; --',
    FALSE
  )
  AND COALESCE(feed0.value0, 0) >= 1
ORDER BY
  everyone.profile NULLS FIRST
