WITH identified AS (
  SELECT
    node_hash,
    profile
  FROM people
), everyone AS (
  SELECT DISTINCT
    profile
  FROM identified
), trait0 AS (
  SELECT
    profile,
    CASE WHEN JSON_VALID(value) THEN value END AS value
  FROM traits
  WHERE
    name = 'e/mail'
), consent0 AS (
  SELECT DISTINCT
    profile
  FROM consents
  WHERE
    purpose = 'marketing:email'
), consent1 AS (
  SELECT DISTINCT
    profile
  FROM consents
  WHERE
    purpose = 'analytics'
)
SELECT
  everyone.profile
FROM everyone
LEFT JOIN trait0
  ON trait0.profile = everyone.profile
LEFT JOIN consent0
  ON consent0.profile = everyone.profile
LEFT JOIN consent1
  ON consent1.profile = everyone.profile
WHERE
  NOT (
    NOT consent0.profile IS NULL OR NOT consent1.profile IS NULL
  )
  AND COALESCE(
    NOT JSON_TYPE(trait0.value, '$') IS NULL
    AND JSON_TYPE(trait0.value, '$') <> 'NULL',
    FALSE
  )
ORDER BY
  everyone.profile NULLS FIRST
