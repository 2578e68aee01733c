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
      profile,
      ts,
      properties
    FROM (
      SELECT
        identified.profile,
        events.ts,
        events.properties AS properties
      FROM events
      JOIN identified
        ON identified.node_hash = events.node_hash
      WHERE
        events.type = 'track' AND events.name = 'Product Viewed'
    ) AS named
    WHERE
      (
        (
          SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'category\']', 'variant')) IN ('STRING')
          AND TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'category\']', 'string') = 'Shoes'
        )
        OR (
          SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'category\']', 'variant')) IN ('STRING')
          AND TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'category\']', 'string') = 'Hats'
        )
      )
      AND (
        CASE
          WHEN (
            SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'price\']', 'variant')) RLIKE '^(BIGINT|DOUBLE|FLOAT|DECIMAL.*)$'
            OR (
              SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'price\']', 'variant')) IN ('STRING')
              AND TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'price\']', 'string') RLIKE '^-?[0-9]{1,15}([.][0-9]{1,15})?$'
            )
          )
          AND ABS(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'price\']', 'double')) < CAST('10000000000.0' AS DOUBLE)
          THEN TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'price\']', 'double')
        END
      ) >= CAST('12.5' AS DOUBLE)
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
  COALESCE(feed0.value0, 0) = 3
ORDER BY
  everyone.profile
