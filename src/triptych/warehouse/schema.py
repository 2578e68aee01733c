"""The SQL of the columnar store: its tables, what is drawn from events, and the views that readers see.

Commercial facts are drawn from events by one statement each, over a relation called ``fresh``. The writer runs it over
what arrives, a reader over what has not arrived yet: a fact is the same wherever its event stands.
"""

from __future__ import annotations

TABLES = (
    "CREATE TABLE IF NOT EXISTS store.meta (key VARCHAR PRIMARY KEY, value UBIGINT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS store.events (
        "offset" UBIGINT, id_hi UBIGINT, id_lo UBIGINT, body_hash UINTEGER, node_hash UBIGINT, trust UTINYINT,
        source VARCHAR, type VARCHAR, name VARCHAR, ts TIMESTAMP, received_at TIMESTAMP, message_id VARCHAR,
        properties VARCHAR, group_id VARCHAR, channel VARCHAR, ip VARCHAR, locale VARCHAR, user_agent VARCHAR,
        page_path VARCHAR, page_title VARCHAR, referrer VARCHAR, campaign_source VARCHAR, campaign_medium VARCHAR,
        campaign_name VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS store.seen (id_hi UBIGINT, body_hash UINTEGER, "offset" UBIGINT)""",
    """CREATE TABLE IF NOT EXISTS store.order_facts (
        "offset" UBIGINT, node_hash UBIGINT, status VARCHAR, order_id VARCHAR, source VARCHAR, ts TIMESTAMP,
        total DECIMAL(18, 4), revenue DECIMAL(18, 4), shipping DECIMAL(18, 4), tax DECIMAL(18, 4),
        discount DECIMAL(18, 4), currency VARCHAR, shop VARCHAR, channel VARCHAR, coupon VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS store.line_facts (
        "offset" UBIGINT, line INTEGER, node_hash UBIGINT, order_id VARCHAR, ts TIMESTAMP, product_id VARCHAR,
        name VARCHAR, category VARCHAR, brand VARCHAR, price DECIMAL(18, 4), quantity DECIMAL(18, 4),
        discount DECIMAL(18, 4), coupon VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS store.refunds (
        "offset" UBIGINT, node_hash UBIGINT, order_id VARCHAR, source VARCHAR, ts TIMESTAMP, total DECIMAL(18, 4),
        currency VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS store.products (
        product_id VARCHAR PRIMARY KEY, sku VARCHAR, name VARCHAR, category VARCHAR, brand VARCHAR,
        price DECIMAL(18, 4), last_seen TIMESTAMP)""",
)
"""``seen`` keeps the hash of message ids whose events retention or erasure removed: seen stays seen."""

FRESH_ORDERS = """CREATE OR REPLACE TEMP VIEW fresh_orders AS
    SELECT "offset", node_hash, status, p[1] AS order_id, source, ts,
        coalesce(TRY_CAST(p[2] AS DECIMAL(18, 4)), TRY_CAST(p[3] AS DECIMAL(18, 4)),
                 TRY_CAST(p[4] AS DECIMAL(18, 4))) AS total,
        TRY_CAST(p[4] AS DECIMAL(18, 4)) AS revenue, TRY_CAST(p[5] AS DECIMAL(18, 4)) AS shipping,
        TRY_CAST(p[6] AS DECIMAL(18, 4)) AS tax, TRY_CAST(p[7] AS DECIMAL(18, 4)) AS discount,
        p[8] AS currency, coalesce(p[9], p[10]) AS shop, coalesce(p[11], channel) AS channel, p[12] AS coupon
    FROM (SELECT "offset", node_hash, source, ts, channel,
            CASE name WHEN 'Order Completed' THEN 'completed' WHEN 'Completed Order' THEN 'completed'
                WHEN 'Order Updated' THEN 'updated' WHEN 'Updated Order' THEN 'updated' ELSE 'cancelled' END AS status,
            TRY(json_extract_string(properties, ['$.order_id', '$.total', '$.value', '$.revenue', '$.shipping',
                '$.tax',
                '$.discount', '$.currency', '$.affiliation', '$.shop', '$.channel', '$.coupon'])) AS p
        FROM fresh
        WHERE type = 'track' AND name IN ('Order Completed', 'Completed Order', 'Order Updated', 'Updated Order',
            'Order Cancelled'))"""

FRESH_LINES = """CREATE OR REPLACE TEMP VIEW fresh_lines AS
    SELECT "offset", line::INTEGER AS line, node_hash, order_id, ts, p[1] AS product_id, p[2] AS name, p[3] AS category,
        p[4] AS brand, TRY_CAST(p[5] AS DECIMAL(18, 4)) AS price,
        coalesce(TRY_CAST(p[6] AS DECIMAL(18, 4)), 1) AS quantity, TRY_CAST(p[7] AS DECIMAL(18, 4)) AS discount,
        p[8] AS coupon
    FROM (SELECT "offset", node_hash, order_id, ts, line,
            TRY(json_extract_string(product, ['$.product_id', '$.name', '$.category', '$.brand', '$.price',
                '$.quantity', '$.discount', '$.coupon'])) AS p
        FROM (SELECT "offset", node_hash, ts, TRY(json_extract_string(properties, '$.order_id')) AS order_id,
                unnest(TRY(json_extract(properties, '$.products[*]'))) AS product,
                generate_subscripts(TRY(json_extract(properties, '$.products[*]')), 1) AS line
            FROM fresh
            WHERE type = 'track' AND name IN ('Order Completed', 'Completed Order', 'Order Updated',
                'Updated Order')))"""

FRESH_REFUNDS = """CREATE OR REPLACE TEMP VIEW fresh_refunds AS
    SELECT "offset", node_hash, p[1] AS order_id, source, ts,
        coalesce(TRY_CAST(p[2] AS DECIMAL(18, 4)), TRY_CAST(p[3] AS DECIMAL(18, 4)),
                 TRY_CAST(p[4] AS DECIMAL(18, 4))) AS total, p[5] AS currency
    FROM (SELECT "offset", node_hash, source, ts,
            TRY(json_extract_string(properties, ['$.order_id', '$.total', '$.value', '$.revenue', '$.currency'])) AS p
        FROM fresh
        WHERE type = 'track' AND name IN ('Order Refunded', 'Refunded Order'))"""

FRESH_PRODUCTS = """CREATE OR REPLACE TEMP VIEW fresh_products AS
    SELECT p[1] AS product_id, arg_max(p[2], place) FILTER (WHERE p[2] IS NOT NULL) AS sku,
        arg_max(p[3], place) FILTER (WHERE p[3] IS NOT NULL) AS name,
        arg_max(p[4], place) FILTER (WHERE p[4] IS NOT NULL) AS category,
        arg_max(p[5], place) FILTER (WHERE p[5] IS NOT NULL) AS brand,
        arg_max(TRY_CAST(p[6] AS DECIMAL(18, 4)), place)
            FILTER (WHERE TRY_CAST(p[6] AS DECIMAL(18, 4)) IS NOT NULL) AS price,
        max(ts) AS last_seen
    FROM (SELECT ts, "offset" * 65536 + line AS place,
            TRY(json_extract_string(product, ['$.product_id', '$.sku', '$.name', '$.category', '$.brand',
                '$.price'])) AS p
        FROM (SELECT ts, "offset", properties AS product, 0 AS line FROM fresh
            WHERE type = 'track' AND name IN ('Product Viewed', 'Viewed Product', 'Product Added', 'Added Product',
                'Product Clicked', 'Clicked Product')
            UNION ALL
            SELECT ts, "offset", unnest(TRY(json_extract(properties, '$.products[*]'))) AS product,
                generate_subscripts(TRY(json_extract(properties, '$.products[*]')), 1) AS line
            FROM fresh
            WHERE type = 'track' AND name IN ('Order Completed', 'Completed Order', 'Order Updated', 'Updated Order')))
    WHERE p[1] IS NOT NULL AND p[1] <> ''
    GROUP BY p[1]"""

DRAWN = (FRESH_ORDERS, FRESH_LINES, FRESH_REFUNDS, FRESH_PRODUCTS)
"""Views of what ``fresh`` says of commerce."""

WRITE_EVENTS = "INSERT INTO store.events BY NAME SELECT * FROM fresh"

WRITE_DRAWN = (
    "INSERT INTO store.order_facts BY NAME SELECT * FROM fresh_orders",
    "INSERT INTO store.line_facts BY NAME SELECT * FROM fresh_lines",
    "INSERT INTO store.refunds BY NAME SELECT * FROM fresh_refunds",
    """INSERT INTO store.products BY NAME SELECT * FROM fresh_products
        ON CONFLICT (product_id) DO UPDATE SET sku = coalesce(excluded.sku, sku), name = coalesce(excluded.name, name),
        category = coalesce(excluded.category, category), brand = coalesce(excluded.brand, brand),
        price = coalesce(excluded.price, price), last_seen = greatest(excluded.last_seen, last_seen)""",
)
"""What one transaction writes, beside the offset."""

COMMERCIAL = frozenset(
    {
        "Order Completed",
        "Completed Order",
        "Order Updated",
        "Updated Order",
        "Order Cancelled",
        "Order Refunded",
        "Refunded Order",
        "Product Viewed",
        "Viewed Product",
        "Product Added",
        "Added Product",
        "Product Clicked",
        "Clicked Product",
    }
)
"""The events that hold commercial facts, also by the names that they had in the first version of the specification."""

VIEWS = (
    *DRAWN,
    "CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM store.events UNION ALL BY NAME SELECT * FROM fresh",
    "CREATE OR REPLACE TEMP VIEW all_orders AS SELECT * FROM store.order_facts UNION ALL BY NAME FROM fresh_orders",
    """CREATE OR REPLACE TEMP VIEW orders AS
        SELECT * EXCLUDE (status) FROM (
            SELECT * FROM all_orders
            QUALIFY order_id IS NULL OR row_number() OVER (
                PARTITION BY node_hash, order_id ORDER BY status = 'cancelled' DESC, ts DESC, "offset" DESC) = 1)
        WHERE status <> 'cancelled'""",
    "CREATE OR REPLACE TEMP VIEW all_lines AS SELECT * FROM store.line_facts UNION ALL BY NAME FROM fresh_lines",
    """CREATE OR REPLACE TEMP VIEW order_lines AS
        SELECT * FROM all_lines WHERE "offset" IN (SELECT "offset" FROM orders)""",
    "CREATE OR REPLACE TEMP VIEW refunds AS SELECT * FROM store.refunds UNION ALL BY NAME FROM fresh_refunds",
    """CREATE OR REPLACE TEMP VIEW products AS
        SELECT product_id, coalesce(any_value(f.sku), any_value(s.sku)) AS sku,
            coalesce(any_value(f.name), any_value(s.name)) AS name,
            coalesce(any_value(f.category), any_value(s.category)) AS category,
            coalesce(any_value(f.brand), any_value(s.brand)) AS brand,
            coalesce(any_value(f.price), any_value(s.price)) AS price,
            greatest(any_value(f.last_seen), any_value(s.last_seen)) AS last_seen
        FROM store.products AS s FULL JOIN fresh_products AS f USING (product_id) GROUP BY product_id""",
)
"""What a reader sees: tables and tail as one. An order said twice is one order, its last word counts."""
