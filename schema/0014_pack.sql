-- What an evidence pack needs and the book did not keep: the bytes of the
-- payroll files themselves.  Files uploaded before this step are known by
-- their SHA-256 and their rows only.
CREATE TABLE source_bytes (
    file_id  bigint NOT NULL REFERENCES source_file,
    part     integer NOT NULL CHECK (part > 0),
    bytes    bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (file_id, part)
);
COMMENT ON TABLE source_bytes IS 'payroll files as they were uploaded, in parts; compressed by the database';
COMMENT ON COLUMN source_bytes.file_id IS 'the file; one without parts was uploaded before payrun kept them';
COMMENT ON COLUMN source_bytes.part IS 'counts from 1';
COMMENT ON COLUMN source_bytes.bytes IS 'up to 1 MiB of it';

-- lz4 costs a fifth of the default's time; a server may be built without it.
DO $$
BEGIN
    ALTER TABLE source_bytes ALTER COLUMN bytes SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END $$;

CREATE TRIGGER source_bytes_append_only BEFORE UPDATE OR DELETE ON source_bytes
    FOR EACH ROW EXECUTE FUNCTION never_again();
GRANT INSERT ON source_bytes TO payrun_maker;
