-- batch_lines: the rows of a batch, each column of all of them in one value: see
-- engine/db/column.h.
--   $1 int   batch_id
-- returns (seq, minor, ccy, account, bank_code, account_reference, name,
--   narration, narration_bytes, reference, id_number, employee_no, part, parts):
--   numbers as int2send, int4send and int8send give them, ccy as three bytes each,
--   texts as lines, NULL as an empty one or 0; NULL: it has none
-- A line break can only be in a narration, so of that the lengths are told.  In
-- order, because a sorted subquery is; in another one the digest is another.
SELECT string_agg(int2send(seq), ''::bytea) AS seq,
       string_agg(int8send(minor), ''::bytea) AS minor,
       string_agg(bpcharsend(ccy), ''::bytea) AS ccy,
       string_agg(account, E'\n') AS account,
       string_agg(coalesce(bank_code, ''), E'\n') AS bank_code,
       string_agg(coalesce(account_reference, ''), E'\n') AS account_reference,
       string_agg(name, E'\n') AS name,
       string_agg(coalesce(narration, ''), '') AS narration,
       string_agg(int4send(coalesce(octet_length(narration), 0)), ''::bytea)
           AS narration_bytes,
       string_agg(coalesce(reference, ''), E'\n') AS reference,
       string_agg(coalesce(id_number, ''), E'\n') AS id_number,
       string_agg(coalesce(employee_no, ''), E'\n') AS employee_no,
       string_agg(int2send(coalesce(part, 0::smallint)), ''::bytea) AS part,
       string_agg(int2send(coalesce(parts, 0::smallint)), ''::bytea) AS parts
  FROM (SELECT *
          FROM instruction
         WHERE batch_id = $1::bigint
         ORDER BY seq) i;
