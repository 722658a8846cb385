-- copy_problem: what the checker of a run must see.
COPY problem (run_id, nr, code, severity, line_no, column_no, other_line,
              value, detail)
FROM STDIN WITH (FORMAT binary)
