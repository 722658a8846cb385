-- No wait that we ever write down is longer than an hour.  A due time that lies
-- further ahead was written before the database's clock went back, and is due.
CREATE FUNCTION due_at(at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN at > now() + interval '2 hours' AND at < 'infinity'
                THEN '-infinity' ELSE at END
$$;
COMMENT ON FUNCTION due_at(timestamptz) IS 'a due time, or -infinity when it lies further ahead than any wait of ours: then the database''s clock was put back';
