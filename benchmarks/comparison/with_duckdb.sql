-- The chapter of the comparison, by hand. $data is the folder of the canonical tables, $out the file of cells.
CREATE TEMP TABLE flags AS
WITH sums AS (
  SELECT firm_id, year, flow = 'export' AS export,
         partner IN ('AT','AX','DE','DK','EL','ES','FI','FR','GB','GF','GP','GR','IC','IE','IM','IT','LU',
                     'MC','MF','MQ','NL','PT','QR','QV','QY','RE','SE','UK','XI','XU') AS intra,
         SUM(value) AS value
  FROM read_parquet('$data/trade/*.parquet') WHERE partner <> 'BE' GROUP BY ALL
)
SELECT firm_id, year,
       BOOL_OR(value > 0 AND intra AND NOT export) AS intra_eu_import,
       BOOL_OR(value > 0 AND NOT intra AND NOT export) AS extra_eu_import,
       BOOL_OR(value > 0 AND intra AND export) AS intra_eu_export,
       BOOL_OR(value > 0 AND NOT intra AND export) AS extra_eu_export
FROM sums GROUP BY ALL;

CREATE TEMP TABLE sectors AS
SELECT firm_id, sector FROM (
  SELECT firm_id, CASE
    WHEN TRY_CAST(LEFT(nace, 2) AS INT) BETWEEN 10 AND 45 OR nace IN ('C', 'D', 'E', 'F') THEN 'manufacturing'
    WHEN TRY_CAST(LEFT(nace, 2) AS INT) BETWEEN 50 AND 74 OR nace IN ('G', 'H', 'I', 'J', 'K') THEN 'services'
  END AS sector
  FROM read_parquet('$data/firms.parquet') WHERE domestic_owned IS DISTINCT FROM FALSE
) WHERE sector IS NOT NULL;

CREATE TEMP TABLE books AS
WITH annual AS (
  SELECT firm_id, year, employees_fte AS fte, employees, CASE
    WHEN book_months IS NULL OR book_months = 12 THEN 1
    WHEN book_months BETWEEN 6 AND 18 THEN 12 / book_months
  END AS scale, turnover, value_added
  FROM read_parquet('$data/accounts.parquet')
)
SELECT firm_id, sector, year, fte, employees,
       COALESCE(employees, fte) < 250 AND fte >= 1 AND COALESCE(ROUND(turnover * scale, 2) < 50000000, TRUE) AS member,
       CAST(ROUND(value_added * scale, 2) AS DECIMAL(18, 2)) AS value_added
FROM annual JOIN sectors USING (firm_id);

CREATE TEMP TABLE members AS
SELECT books.*, COALESCE(intra_eu_import, FALSE) AS intra_eu_import, COALESCE(extra_eu_import, FALSE) AS extra_eu_import,
       COALESCE(intra_eu_export, FALSE) AS intra_eu_export, COALESCE(extra_eu_export, FALSE) AS extra_eu_export,
       COALESCE(intra_eu_import OR extra_eu_import, FALSE) AS importer,
       COALESCE(intra_eu_export OR extra_eu_export, FALSE) AS exporter
FROM books LEFT JOIN flags USING (firm_id, year) WHERE member;

CREATE TEMP TABLE panel AS
SELECT m.sector, m.exporter AS now, COALESCE(f.intra_eu_export OR f.extra_eu_export, FALSE) AS earlier,
       a.value_added IS NOT NULL AND b.value_added IS NOT NULL AS complete,
       a.fte AS fte_start, b.fte AS fte_end, a.value_added AS value_start, b.value_added AS value_end
FROM members m
JOIN books a ON a.firm_id = m.firm_id AND a.year = 1998 AND a.fte > 0
JOIN books b ON b.firm_id = m.firm_id AND b.year = 2003 AND b.fte > 0
LEFT JOIN flags f ON f.firm_id = m.firm_id AND f.year = 1998
WHERE m.year = 2002;

COPY (
  WITH modes AS (
    SELECT sector, CASE WHEN exporter AND importer THEN 'import_and_export' WHEN exporter THEN 'export_only'
             WHEN importer THEN 'import_only' ELSE 'no_internationalization' END AS mode,
           CASE WHEN (intra_eu_import OR intra_eu_export) AND (extra_eu_import OR extra_eu_export) THEN 'both_intra_extra'
             WHEN intra_eu_import OR intra_eu_export THEN 'intra_eu' ELSE 'extra_eu' END AS scope
    FROM members WHERE year = 2002
  ),
  sized AS (
    SELECT *, CASE WHEN employees < 10 THEN 'size_lt10' WHEN employees < 50 THEN 'size_10_49'
                WHEN employees < 100 THEN 'size_50_99' WHEN employees < 250 THEN 'size_100_250' ELSE 'unknown' END AS size
    FROM members WHERE year = 2002
  ),
  shares AS (
    SELECT sector, size, COUNT(*)::DOUBLE AS n, 100 * AVG(intra_eu_import::INT) AS intra_eu_import,
           100 * AVG(extra_eu_import::INT) AS extra_eu_import, 100 * AVG(intra_eu_export::INT) AS intra_eu_export,
           100 * AVG(extra_eu_export::INT) AS extra_eu_export
    FROM sized GROUP BY ALL
  ),
  years AS (
    SELECT sector, year, 100 * AVG(intra_eu_import::INT) AS intra_eu_import, 100 * AVG(extra_eu_import::INT) AS extra_eu_import,
           100 * AVG(intra_eu_export::INT) AS intra_eu_export, 100 * AVG(extra_eu_export::INT) AS extra_eu_export
    FROM members WHERE year BETWEEN 1996 AND 2002 GROUP BY ALL
  ),
  statuses AS (
    SELECT *, UNNEST(CASE WHEN now AND earlier THEN ['export', 'constant_export'] WHEN now THEN ['export', 'new_to_export']
                       WHEN earlier THEN ['stopped_export', 'no_export'] ELSE ['no_export'] END) AS status
    FROM panel
  ),
  rates AS (
    SELECT sector, status, COUNT(*)::DOUBLE AS n,
           POW(SUM(fte_end) FILTER (complete) / SUM(fte_start) FILTER (complete), 0.2) - 1 AS e,
           POW(SUM(value_end) FILTER (complete) / SUM(value_start) FILTER (complete), 0.2) - 1 AS v
    FROM statuses GROUP BY ALL
  ),
  growth AS (
    SELECT sector, status, n, 100 * e AS employment_cagr, 100 * v AS value_added_cagr,
           100 * ((1 + v) / (1 + e) - 1) AS labor_productivity_cagr
    FROM rates
  )
  SELECT 'mode' AS "table", sector AS population, mode AS "row", scope AS "column", COUNT(*)::DOUBLE AS value
  FROM modes WHERE mode <> 'no_internationalization' GROUP BY ALL
  UNION ALL SELECT 'mode', sector, mode, 'n', COUNT(*) FROM modes GROUP BY ALL
  UNION ALL SELECT 'share', sector, flow, size, value
  FROM (UNPIVOT shares ON n, intra_eu_import, extra_eu_import, intra_eu_export, extra_eu_export INTO NAME flow VALUE value)
  UNION ALL SELECT 'fig1', sector, flow, year::VARCHAR, value
  FROM (UNPIVOT years ON intra_eu_import, extra_eu_import, intra_eu_export, extra_eu_export INTO NAME flow VALUE value)
  UNION ALL SELECT 'growth', sector, status, measure, value
  FROM (UNPIVOT growth ON n, employment_cagr, value_added_cagr, labor_productivity_cagr INTO NAME measure VALUE value)
) TO '$out' (HEADER);
