#include "book/placed.h"

#include "db/sql.h"

enum db_status
placed_add(struct db *db, int64_t batch_id, const int32_t *seqs,
           const struct str *ids, size_t n)
{
    const struct db_arg args[] = {
        A_I64(batch_id), A_I32S(seqs, n), A_TEXTS(ids, n)
    };

    return n == 0 ? DB_OK : db_do(db, sql_placed_add, args, LEN(args));
}
