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
        CASE WHEN JSON_VALID(events.properties) THEN events.properties END AS properties
      FROM events
      JOIN identified
        ON identified.node_hash = events.node_hash
      WHERE
        events.type = 'track' AND events.name = 'Product Viewed'
    ) AS named
    WHERE
      (
        (
          JSON_TYPE(properties, '/category') IN ('VARCHAR')
          AND JSON_EXTRACT_STRING(properties, '/category') = 'Shoes'
        )
        OR (
          JSON_TYPE(properties, '/category') IN ('VARCHAR')
          AND JSON_EXTRACT_STRING(properties, '/category') = 'Hats'
        )
      )
      AND (
        CASE
          WHEN (
            JSON_TYPE(properties, '/price') IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT')
            OR (
              JSON_TYPE(properties, '/price') IN ('VARCHAR')
              AND REGEXP_MATCHES(JSON_EXTRACT_STRING(properties, '/price'), '^-?[0-9]{1,15}([.][0-9]{1,15})?$')
            )
          )
          AND ABS(TRY_CAST(JSON_EXTRACT_STRING(properties, '/price') AS DOUBLE)) < CAST('10000000000.0' AS DOUBLE)
          THEN TRY_CAST(JSON_EXTRACT_STRING(properties, '/price') AS DOUBLE)
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
  everyone.profile NULLS FIRST
