#include "intake/cut.h"

#include "book/digest.h"
#include "intake/groups.h"
#include "intake/routing.h"

#define NUMBER_MAX (RUN_BATCHES_MAX - 1)    /* batch_id % RUN_BATCHES_MAX */

_Static_assert(BATCH_ROWS_MAX <= INT16_MAX, "seq is a smallint");

struct cut_open {
    size_t number;              /* of the batch, from 1; 0: none is open */
    struct sha256 hash;
};

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

static size_t
naccounts(const struct cut *c)
{
    return c->routing != NULL ? (size_t)c->routing->naccounts : 1;
}

/* Who pays a row.  The loader knows it by its place in the routing. */
static struct account *
payer_of(const struct cut *c, const struct payroll_row *r)
{
    return c->routing != NULL ? c->routing->account[r->payer] : c->account;
}

/* The first batch of an account that may have to be tried out is small enough
 * for that, also when nothing is new today: it may be released after an
 * upgrade. */
static int
rows_max(const struct cut *c, const struct account *a)
{
    size_t i = 0;

    if (a->canary.proof[0] == '\0' || a->batch_rows_max <= CANARY_ROWS)
        return a->batch_rows_max;
    while (i < c->n && c->list[i].account != a)
        i++;
    return i < c->n ? a->batch_rows_max : CANARY_ROWS;
}

static int
open_batch(struct cut *c, struct cut_open *o, struct account *a,
           const struct rail_rule *rail, int group, struct err *e)
{
    if (!has_rail(a->provider, rail->name)) {
        err_set(e, ERR_CONFIG, "%s cannot pay by %s.", a->provider->name,
                rail->name);
        return err_fix(e, "Take the rail out of the rules, or use another "
                       "account.");
    }
    if (c->n == NUMBER_MAX)
        return err_set(e, ERR_DATA, "The file needs more than %d batches of "
                       "%d rows; cut it into several files.", NUMBER_MAX,
                       a->batch_rows_max);
    if (grow(c, e) < 0)
        return -1;
    c->list[c->n] = (struct cut_batch){ .account = a, .rail = rail,
                                        .group = group,
                                        .rows_max = rows_max(c, a) };
    o->number = ++c->n;
    sha256_init(&o->hash);
    return 0;
}

static void
close_batch(struct cut *c, struct cut_open *o)
{
    if (o->number == 0)
        return;
    sha256_end(&o->hash, c->list[o->number - 1].digest);
    o->number = 0;
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
    if (r->parts > 1) {
        db_copy_i16(to, (int16_t)r->part);
        db_copy_i16(to, (int16_t)r->parts);
    } else {
        db_copy_text(to, (struct str){ NULL, 0 });
        db_copy_text(to, (struct str){ NULL, 0 });
    }
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
        .employee_no = r->employee_no, .part = r->part, .parts = r->parts
    };

    digest_row_add(hash, &d);
}

/* The open batches of one group after the other, as groups turn up; all closed
 * as yet. */
static int
grow_open(struct cut *c, int group, struct err *e)
{
    size_t each = naccounts(c) * RULES_RAILS_MAX;
    size_t n = ((size_t)(group < 0 ? 0 : group) + 1) * each;
    struct cut_open *open = NULL;

    if (n <= c->nopen)
        return 0;
    if ((open = realloc(c->open, n * sizeof(*open))) == NULL)
        return err_oom(e);
    memset(open + c->nopen, 0, (n - c->nopen) * sizeof(*open));
    c->open = open;
    c->nopen = n;
    return 0;
}

/* Where the batch is that takes this row, open or not. */
static struct cut_open *
open_for(struct cut *c, const struct payroll_row *r, int *group, struct err *e)
{
    size_t each = naccounts(c) * RULES_RAILS_MAX, first = 0;

    *group = -1;
    if (c->groups != NULL && (*group = groups_at(c->groups, r->group, e)) < 0)
        return NULL;
    if (grow_open(c, *group, e) < 0)
        return NULL;
    first = *group < 0 ? 0 : (size_t)*group * each;
    return &c->open[first + (size_t)r->payer * RULES_RAILS_MAX
                    + (size_t)(r->rail - c->rules->rails)];
}

/*
 * The digest is made from the very values that are copied, before the database
 * sees them: if it changes one of them, that shows when the batch is sent.
 */
int
cut_row(struct cut *c, const struct payroll_row *r, struct err *e)
{
    struct account *a = payer_of(c, r);
    int group = -1;
    struct cut_open *o = open_for(c, r, &group, e);
    struct cut_batch *b = NULL;
    int64_t charge = rules_charge(r->rail, r->minor);

    if (o == NULL
        || (o->number == 0 && open_batch(c, o, a, r->rail, group, e) < 0))
        return -1;
    b = &c->list[o->number - 1];
    b->rows++;
    b->minor += r->minor;
    b->charge_minor += charge;
    b->split_rows += r->part == 1 && r->parts > 1;
    if (r->minor > b->largest_minor)
        b->largest_minor = r->minor;
    c->charge_minor += charge;
    if (c->copy != NULL) {              /* nobody approves what is checked */
        digest_row(&o->hash, c, b->rows, r);
        copy_row(c, c->run_id * RUN_BATCHES_MAX + (int64_t)o->number, b->rows,
                 r);
    }
    if (b->rows >= b->rows_max)
        close_batch(c, o);
    return 0;
}

void
cut_share(const struct cut *c, const struct account *a, int group,
          struct cut_share *out)
{
    *out = (struct cut_share){ 0 };
    for (size_t i = 0; i < c->n; i++) {
        const struct cut_batch *b = &c->list[i];

        if (strcmp(b->account->name, a->name) != 0
            || (group >= 0 && b->group != group))
            continue;
        out->rows += b->rows;
        out->minor += b->minor;
        out->charge_minor += b->charge_minor;
        out->batches++;
    }
}

void
cut_end(struct cut *c)
{
    for (size_t i = 0; i < c->nopen; i++)
        close_batch(c, &c->open[i]);
}

void
cut_release(struct cut *c)
{
    free(c->list);
    free(c->open);
    c->list = NULL;
    c->open = NULL;
    c->n = c->cap = c->nopen = 0;
}
