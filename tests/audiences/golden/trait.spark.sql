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
    value AS value
  FROM traits
  WHERE
    name = 'city'
), trait1 AS (
  SELECT
    profile,
    value AS value
  FROM traits
  WHERE
    name = 'age'
), trait2 AS (
  SELECT
    profile,
    value AS value
  FROM traits
  WHERE
    name = 'vip'
), trait3 AS (
  SELECT
    profile,
    value AS value
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
    SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait0.value), '$', 'variant')) IN ('STRING')
    AND TRY_VARIANT_GET(TRY_PARSE_JSON(trait0.value), '$', 'string') = 'Nantes',
    FALSE
  )
  AND COALESCE(
    (
      CASE
        WHEN (
          SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait1.value), '$', 'variant')) RLIKE '^(BIGINT|DOUBLE|FLOAT|DECIMAL.*)$'
          OR (
            SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait1.value), '$', 'variant')) IN ('STRING')
            AND TRY_VARIANT_GET(TRY_PARSE_JSON(trait1.value), '$', 'string') RLIKE '^-?[0-9]{1,15}([.][0-9]{1,15})?$'
          )
        )
        AND ABS(TRY_VARIANT_GET(TRY_PARSE_JSON(trait1.value), '$', 'double')) < CAST('10000000000.0' AS DOUBLE)
        THEN TRY_VARIANT_GET(TRY_PARSE_JSON(trait1.value), '$', 'double')
      END
    ) < CAST('30.0' AS DOUBLE),
    FALSE
  )
  AND COALESCE(
    (
      NOT SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait2.value), '$', 'variant')) IS NULL
      AND SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait2.value), '$', 'variant')) <> 'VOID'
    )
    AND NOT COALESCE(
      SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait2.value), '$', 'variant')) IN ('BOOLEAN')
      AND TRY_VARIANT_GET(TRY_PARSE_JSON(trait2.value), '$', 'string') = 'true',
      FALSE
    ),
    FALSE
  )
  AND COALESCE(
    SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(trait3.value), '$', 'variant')) IN ('STRING')
    AND LOCATE('é', TRY_VARIANT_GET(TRY_PARSE_JSON(trait3.value), '$', 'string')) > 0,
    FALSE
  )
ORDER BY
  everyone.profile
