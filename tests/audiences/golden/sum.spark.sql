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
    SUM(
      CAST(FLOOR(
        (
          CASE
            WHEN (
              SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'total\']', 'variant')) RLIKE '^(BIGINT|DOUBLE|FLOAT|DECIMAL.*)$'
              OR (
                SCHEMA_OF_VARIANT(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'total\']', 'variant')) IN ('STRING')
                AND TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'total\']', 'string') RLIKE '^-?[0-9]{1,15}([.][0-9]{1,15})?$'
              )
            )
            AND ABS(TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'total\']', 'double')) < CAST('10000000000.0' AS DOUBLE)
            THEN TRY_VARIANT_GET(TRY_PARSE_JSON(properties), '$[\'total\']', 'double')
          END
        ) * CAST('1000.0' AS DOUBLE) + CAST('0.5' AS DOUBLE)
      ) AS BIGINT)
    ) FILTER(WHERE
      ts > CAST('2025-07-11T08:53:20.000000' AS TIMESTAMP)) AS value0
  FROM (
    SELECT
      identified.profile,
      events.ts,
      events.properties AS properties
    FROM events
    JOIN identified
      ON identified.node_hash = events.node_hash
    WHERE
      (
        events.type = 'track' AND events.name = 'Order Completed'
      )
      AND events.ts > CAST('2025-07-11T08:53:20.000000' AS TIMESTAMP)
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
  COALESCE(feed0.value0, 0) > CAST('100000' AS BIGINT)
ORDER BY
  everyone.profile
