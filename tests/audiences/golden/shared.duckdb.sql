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
    COUNT(*) FILTER(WHERE
      ts > CAST('2025-10-08T08:53:20.000000' AS TIMESTAMP)) AS value0,
    COUNT(*) FILTER(WHERE
      ts > CAST('2025-10-02T08:53:20.000000' AS TIMESTAMP)) AS value1,
    COUNT(*) AS value2
  FROM (
    SELECT
      identified.profile,
      events.ts,
      CASE WHEN JSON_VALID(events.properties) THEN events.properties END AS properties
    FROM events
    JOIN identified
      ON identified.node_hash = events.node_hash
    WHERE
      events.type = 'track' AND events.name = 'A'
  ) AS seen
  GROUP BY
    profile
)
SELECT
  everyone.profile
FROM everyone
LEFT JOIN feed0
  ON feed0.profile = everyone.profile
WHERE
  COALESCE(feed0.value0, 0) >= 1
  AND NOT (
    COALESCE(feed0.value1, 0) >= 5
  )
  AND COALESCE(feed0.value2, 0) >= 1
ORDER BY
  everyone.profile NULLS FIRST
