#include "intake/cut.h"

#include "book/digest.h"

#define NUMBER_MAX (RUN_BATCHES_MAX - 1)    /* batch_id % RUN_BATCHES_MAX */

_Static_assert(BATCH_ROWS_MAX <= INT16_MAX, "seq is a smallint");

static bool
has_rail(const struct provider *p, const char *name)
{
    for (const char *const *r = p->rails; *r != NULL; r++)
        if (strcmp(*r, name) == 0)
            return true;
    return false;
}

static int
grow(struct cut *c, struct err *e)
{
    size_t cap = c->cap == 0 ? 64 : c->cap * 2;
    struct cut_batch *list = NULL;

    if (c->n < c->cap)
        return 0;
    if ((list = realloc(c->list, cap * sizeof(*list))) == NULL)
        return err_oom(e);
    c->list = list;
    c->cap = cap;
    return 0;
}

static int
open_batch(struct cut *c, size_t rail_at, const struct rail_rule *rail,
           struct err *e)
{
    if (!has_rail(c->account->provider, rail->name)) {
        err_set(e, ERR_CONFIG, "%s cannot pay by %s.",
                c->account->provider->name, rail->name);
        return err_fix(e, "Take the rail out of the rules, or use another "
                       "account.");
    }
    if (c->n == NUMBER_MAX)
        return err_set(e, ERR_DATA, "The file needs more than %d batches of "
                       "%d rows; cut it into several files.", NUMBER_MAX,
                       c->account->batch_rows_max);
    if (grow(c, e) < 0)
        return -1;
    c->list[c->n++] = (struct cut_batch){ .rail = rail };
    c->open[rail_at].number = c->n;
    sha256_init(&c->open[rail_at].hash);
    return 0;
}

static void
close_batch(struct cut *c, size_t rail_at)
{
    if (c->open[rail_at].number == 0)
        return;
    sha256_end(&c->open[rail_at].hash,
               c->list[c->open[rail_at].number - 1].digest);
    c->open[rail_at].number = 0;
}

/* Nothing is stored as NULL, which takes no room. */
static struct str
or_null(struct str s)
{
    return s.len > 0 ? s : (struct str){ NULL, 0 };
}

/* In the order of queries/copy_instruction.sql. */
static void
copy_row(struct cut *c, int64_t batch_id, int seq, const struct payroll_row *r)
{
    struct db_copy *to = c->copy;

    db_copy_row(to);
    db_copy_i64(to, batch_id);
    db_copy_i16(to, (int16_t)seq);
    db_copy_i32(to, r->line > INT32_MAX ? INT32_MAX : (int32_t)r->line);
    db_copy_i64(to, r->minor);
    db_copy_text(to, str_of(c->account->ccy));
    db_copy_text(to, r->account);
    db_copy_text(to, or_null(r->bank_code));
    db_copy_text(to, or_null(r->account_reference));
    db_copy_text(to, r->name);
    db_copy_text(to, or_null(r->narration));
    db_copy_text(to, or_null(r->employee_no));
    db_copy_text(to, or_null(r->reference));
    db_copy_text(to, or_null(r->id_number));
    db_copy_text(to, or_null(r->kra_pin));
    db_copy_text(to, or_null(r->department));
    db_copy_text(to, or_null(r->branch));
    db_copy_text(to, or_null(r->extra));
}

static void
digest_row(struct sha256 *hash, const struct cut *c, int seq,
           const struct payroll_row *r)
{
    const struct digest_row d = {
        .seq = seq, .minor = r->minor, .rail = r->rail->name,
        .ccy = c->account->ccy, .account = r->account,
        .bank_code = r->bank_code, .account_reference = r->account_reference,
        .name = r->name, .narration = r->narration,
        .reference = r->reference, .id_number = r->id_number,
        .employee_no = r->employee_no
    };

    digest_row_add(hash, &d);
}

/*
 * The digest is made from the very values that are copied, before the database
 * sees them: if it changes one of them, that shows when the batch is sent.
 */
int
cut_row(struct cut *c, const struct payroll_row *r, struct err *e)
{
    size_t at = (size_t)(r->rail - c->rules->rails);
    struct cut_batch *b = NULL;
    int64_t charge = rules_charge(r->rail, r->minor);

    if (c->open[at].number == 0 && open_batch(c, at, r->rail, e) < 0)
        return -1;
    b = &c->list[c->open[at].number - 1];
    b->rows++;
    b->minor += r->minor;
    b->charge_minor += charge;
    c->charge_minor += charge;
    if (c->copy != NULL) {              /* nobody approves what is checked */
        digest_row(&c->open[at].hash, c, b->rows, r);
        copy_row(c, c->run_id * RUN_BATCHES_MAX
                 + (int64_t)c->open[at].number, b->rows, r);
    }
    if (b->rows >= c->account->batch_rows_max)
        close_batch(c, at);
    return 0;
}

void
cut_end(struct cut *c)
{
    for (size_t i = 0; i < RULES_RAILS_MAX; i++)
        close_batch(c, i);
}

void
cut_release(struct cut *c)
{
    free(c->list);
    c->list = NULL;
    c->n = c->cap = 0;
}
