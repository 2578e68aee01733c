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
              JSON_TYPE(properties, '/total') IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT')
              OR (
                JSON_TYPE(properties, '/total') IN ('VARCHAR')
                AND REGEXP_MATCHES(JSON_EXTRACT_STRING(properties, '/total'), '^-?[0-9]{1,15}([.][0-9]{1,15})?$')
              )
            )
            AND ABS(TRY_CAST(JSON_EXTRACT_STRING(properties, '/total') AS DOUBLE)) < CAST('10000000000.0' AS DOUBLE)
            THEN TRY_CAST(JSON_EXTRACT_STRING(properties, '/total') AS DOUBLE)
          END
        ) * CAST('1000.0' AS DOUBLE) + CAST('0.5' AS DOUBLE)
      ) AS BIGINT)
    ) FILTER(WHERE
      ts > CAST('2025-07-11T08:53:20.000000' AS TIMESTAMP)) AS value0
  FROM (
    SELECT
      identified.profile,
      events.ts,
      CASE WHEN JSON_VALID(events.properties) THEN events.properties END AS properties
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
  everyone.profile NULLS FIRST
