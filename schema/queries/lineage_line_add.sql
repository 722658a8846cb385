-- lineage_line_add: payments a provider lists.
--   $1 int     hold_id
--   $2 int     account_id
--   $3 int     before        so many stand there already
--   $4 text[]  provider_id
--   $5 text[]  at            as the provider writes it; without a zone UTC
--   $6 text[]  payee
--   $7 text[]  name
--   $8 text[]  reference
--   $9 text[]  receipt
--   $10 text[] token
--   $11 text[] file
--   $12 text[] code
--   $13 text[] words
--   $14 text[] fate
--   $15 int[]  minor         -1: not listed
--   $16 int[]  charge_minor
--   $17 int[]  ref_batch     0: no reference of ours
--   $18 int[]  ref_seq
-- returns (n)
WITH put AS (
    INSERT INTO lineage_line (hold_id, account_id, nr, provider_id, at, payee,
                              name, reference, receipt, token, file_alias, code,
                              words, fate, minor, charge_minor, ref_batch,
                              ref_seq, ccy)
    SELECT $1::bigint, a.account_id, $3::bigint + s.nr, s.id,
           CASE WHEN s.at ~ '^20\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$'
                THEN s.at::timestamptz END,
           s.payee, s.name, s.reference, s.receipt, s.token, s.file, s.code,
           s.words, s.fate, CASE WHEN s.minor >= 0 THEN s.minor END, s.charge,
           nullif(s.batch, 0), CASE WHEN s.batch <> 0 THEN s.seq END, a.ccy
      FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::text[], $12::text[],
                  $13::text[], $14::text[], $15::bigint[], $16::bigint[],
                  $17::bigint[], $18::bigint[])
           WITH ORDINALITY AS s(id, at, payee, name, reference, receipt, token,
                                file, code, words, fate, minor, charge, batch,
                                seq, nr)
      JOIN funding_account a ON a.account_id = $2::bigint
    RETURNING nr
)
SELECT count(*) AS n FROM put;
