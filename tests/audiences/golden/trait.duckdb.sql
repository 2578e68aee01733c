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
    name = 'city'
), trait1 AS (
  SELECT
    profile,
    CASE WHEN JSON_VALID(value) THEN value END AS value
  FROM traits
  WHERE
    name = 'age'
), trait2 AS (
  SELECT
    profile,
    CASE WHEN JSON_VALID(value) THEN value END AS value
  FROM traits
  WHERE
    name = 'vip'
), trait3 AS (
  SELECT
    profile,
    CASE WHEN JSON_VALID(value) THEN value END AS value
  FROM traits
  WHERE
    name = 'name'
)
SELECT
  everyone.profile
FROM everyone
LEFT JOIN trait0
  ON trait0.profile = everyone.profile
LEFT JOIN trait1
  ON trait1.profile = everyone.profile
LEFT JOIN trait2
  ON trait2.profile = everyone.profile
LEFT JOIN trait3
  ON trait3.profile = everyone.profile
WHERE
  COALESCE(
    JSON_TYPE(trait0.value, '$') IN ('VARCHAR')
    AND JSON_EXTRACT_STRING(trait0.value, '$') = 'Nantes',
    FALSE
  )
  AND COALESCE(
    (
      CASE
        WHEN (
          JSON_TYPE(trait1.value, '$') IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT')
          OR (
            JSON_TYPE(trait1.value, '$') IN ('VARCHAR')
            AND REGEXP_MATCHES(JSON_EXTRACT_STRING(trait1.value, '$'), '^-?[0-9]{1,15}([.][0-9]{1,15})?$')
          )
        )
        AND ABS(TRY_CAST(JSON_EXTRACT_STRING(trait1.value, '$') AS DOUBLE)) < CAST('10000000000.0' AS DOUBLE)
        THEN TRY_CAST(JSON_EXTRACT_STRING(trait1.value, '$') AS DOUBLE)
      END
    ) < CAST('30.0' AS DOUBLE),
    FALSE
  )
  AND COALESCE(
    (
      NOT JSON_TYPE(trait2.value, '$') IS NULL
      AND JSON_TYPE(trait2.value, '$') <> 'NULL'
    )
    AND NOT COALESCE(
      JSON_TYPE(trait2.value, '$') IN ('BOOLEAN')
      AND JSON_EXTRACT_STRING(trait2.value, '$') = 'true',
      FALSE
    ),
    FALSE
  )
  AND COALESCE(
    JSON_TYPE(trait3.value, '$') IN ('VARCHAR')
    AND STRPOS(JSON_EXTRACT_STRING(trait3.value, '$'), 'é') > 0,
    FALSE
  )
ORDER BY
  everyone.profile NULLS FIRST
