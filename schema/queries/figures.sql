-- figures: the book in figures, for /metrics.
-- returns (name, label, value)
SELECT name, label, value FROM figures();
