-- outcomes_asked: some lines of a batch, whose row is locked, for new outcomes.
--   $1 int   batch_id
--   $2 int   least   seq from here ...
--   $3 int   most    ... to here
-- returns (seq, minor, ccy, known, at): each column of all lines as its bytes
--   one behind the other, in one order; known: the seq of those that have an
--   outcome; NULL: none.  at: this transaction's time, as COPY takes it
-- A row of long columns is made, sent and read for less than 5000 short ones.
SELECT string_agg(int2send(seq), ''::bytea) AS seq,
       string_agg(int8send(minor), ''::bytea) AS minor,
       string_agg(bpcharsend(ccy), ''::bytea) AS ccy,
       (SELECT string_agg(int2send(o.seq), ''::bytea)
          FROM outcome o
         WHERE o.batch_id = $1::bigint
           AND o.seq BETWEEN $2::bigint AND $3::bigint) AS known,
       timestamptz_send(now()) AS at
  FROM instruction
 WHERE batch_id = $1::bigint AND seq BETWEEN $2::bigint AND $3::bigint;
