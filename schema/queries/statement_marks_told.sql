-- statement_marks_told: it was told; an empty answer is a yes.
--   $1 int     account_id
--   $2 text[]  provider_id, $3 text[] what was said, $4 text[] the answer
UPDATE provider_mark m
   SET tries = m.tries + 1, answer = t.answer,
       marked_at = CASE WHEN t.answer = '' THEN now() END
  FROM unnest($2::text[], $3::text[], $4::text[]) AS t(id, want, answer)
 WHERE m.account_id = $1::bigint AND m.provider_id = t.id AND m.want = t.want;
