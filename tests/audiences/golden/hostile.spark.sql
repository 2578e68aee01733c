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
      events.properties AS properties
    FROM events
    JOIN identified
      ON identified.node_hash = events.node_hash
    WHERE
      events.type = 'track' AND events.name = '"\\\' OR 1=1 --'
  ) AS seen
  GROUP BY
    profile
), trait0 AS (
  SELECT
    profile,
    value AS value
  FROM traits
  WHERE
    name = 'a\'b'
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
    SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait0.value), '$', 'variant')) IN ('STRING')
    AND TRY_VARIANT_GET(TRY_PARSE_JSON(trait0.value), '$', 'string') = 'x\'; DROP TABLE events; --',
    FALSE
  )
  AND COALESCE(feed0.value0, 0) >= 1
ORDER BY
  everyone.profile
