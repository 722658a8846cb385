-- intake_settings: for the rest of this transaction: wait longer for another
-- upload to finish, and let one large join use some memory and no compiler.
-- returns (lock_timeout, work_mem, jit)
SELECT set_config('lock_timeout', '600000', true) AS lock_timeout,
       set_config('jit', 'off', true) AS jit,
       set_config('work_mem', '65536', true) AS work_mem;
