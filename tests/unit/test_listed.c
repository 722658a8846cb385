/* Which of the rows of one payment counts: contract sapama.md 9. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/states.h"
#include "tracker/listed.h"
#include "tracker/settle.h"

#define BATCH INT64_C(700001)
#define NONE  (-1)

struct row {
    const char *id;             /* NULL: the end */
    enum item_fate fate;
    const char *receipt;
    int64_t minor;              /* 0: as asked */
};

static const struct rule {
    const char *name;
    const char *placed;         /* the number we know; ""                 */
    int         state;          /* before                                 */
    const char *receipt;        /* ... with                               */
    struct row  rows[3];
    int         becomes;        /* the new answer, or NONE                */
    const char *code;           /* ... its code                           */
    const char *keeps;          /* the number that is stored; ""          */
    int         again, conflicts;
} rules[] = {
    { "one row, moving", "", NONE, "", { { "5", ITEM_MOVING, "", 0 } },
      NONE, "", "5", 0, 0 },
    { "one row, paid", "", NONE, "", { { "5", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "5", 0, 0 },
    { "one row, failed", "", NONE, "", { { "5", ITEM_FAILED, "", 0 } },
      OUTCOME_FAILED, "2", "5", 0, 0 },
    { "one row, paid without a receipt", "", NONE, "",
      { { "5", ITEM_PAID, "", 0 } }, NONE, "", "5", 0, 0 },
    { "one row, another amount", "", NONE, "",
      { { "5", ITEM_PAID, "R1", 999 } }, OUTCOME_IN_DOUBT, "PR-TRK-002", "",
      0, 0 },
    { "the known one, paid", "5", NONE, "", { { "5", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "", 0, 0 },
    { "the known one among others", "7", NONE, "",
      { { "5", ITEM_FAILED, "", 0 }, { "7", ITEM_MOVING, "", 0 } },
      NONE, "", "", 0, 0 },
    { "an unknown one, failed: proves nothing", "7", NONE, "",
      { { "5", ITEM_FAILED, "", 0 } }, NONE, "", "", 0, 0 },
    { "an unknown one, moving", "7", NONE, "",
      { { "5", ITEM_MOVING, "", 0 } }, NONE, "", "", 0, 0 },
    { "an unknown one, paid", "7", NONE, "",
      { { "5", ITEM_PAID, "R1", 0 } }, OUTCOME_PAID, "0", "", 0, 0 },
    { "an unknown one, another amount", "7", NONE, "",
      { { "5", ITEM_PAID, "R1", 999 } }, NONE, "", "", 0, 0 },
    { "invoice and receipt of one payment", "", NONE, "",
      { { "5", ITEM_PAID, "R1", 0 }, { "6", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "5", 0, 0 },
    { "paid twice", "", NONE, "",
      { { "5", ITEM_PAID, "R1", 0 }, { "6", ITEM_PAID, "R2", 0 } },
      OUTCOME_PAID, "0", "5", 1, 0 },
    { "paid, and another still moves", "", NONE, "",
      { { "5", ITEM_PAID, "R1", 0 }, { "6", ITEM_MOVING, "", 0 } },
      OUTCOME_PAID, "0", "5", 0, 0 },
    { "moves, and another was paid", "5", NONE, "",
      { { "5", ITEM_MOVING, "", 0 }, { "6", ITEM_PAID, "R1", 0 } },
      OUTCOME_IN_DOUBT, "PR-TRK-003", "", 0, 0 },
    { "failed, and another was paid", "5", NONE, "",
      { { "5", ITEM_FAILED, "", 0 }, { "6", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "", 0, 0 },
    { "failed, and another may still be paid", "5", NONE, "",
      { { "5", ITEM_FAILED, "", 0 }, { "6", ITEM_MOVING, "", 0 } },
      OUTCOME_IN_DOUBT, "PR-TRK-003", "", 0, 0 },
    { "both failed", "5", NONE, "",
      { { "5", ITEM_FAILED, "", 0 }, { "6", ITEM_FAILED, "", 0 } },
      OUTCOME_FAILED, "2", "", 0, 0 },
    { "the same row twice", "5", NONE, "",
      { { "5", ITEM_PAID, "R1", 0 }, { "5", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "", 0, 0 },
    { "known paid, paid again", "5", OUTCOME_PAID, "R1",
      { { "6", ITEM_PAID, "R2", 0 } }, NONE, "", "", 1, 0 },
    { "known paid, its other side", "5", OUTCOME_PAID, "R1",
      { { "6", ITEM_PAID, "R1", 0 } }, NONE, "", "", 0, 0 },
    { "known paid, now failed", "5", OUTCOME_PAID, "R1",
      { { "5", ITEM_FAILED, "", 0 } }, OUTCOME_FAILED, "2", "", 0, 1 },
    { "known failed, another was paid", "5", OUTCOME_FAILED, "",
      { { "5", ITEM_FAILED, "", 0 }, { "6", ITEM_PAID, "R1", 0 } },
      OUTCOME_PAID, "0", "", 0, 1 },
    { "in doubt, now paid", "5", OUTCOME_IN_DOUBT, "",
      { { "5", ITEM_PAID, "R1", 0 } }, OUTCOME_PAID, "0", "", 0, 0 },
    { "cancelled here, paid there", "", OUTCOME_CANCELLED, "",
      { { "5", ITEM_PAID, "R1", 0 } }, OUTCOME_PAID, "0", "5", 0, 1 },
};

static int
rows_of(const struct rule *r, struct listed *rows)
{
    int n = 0;

    for (; n < 3 && r->rows[n].id != NULL; n++) {
        struct item_answer *item = &rows[n].row.item;

        rows[n] = (struct listed){ .batch_id = BATCH, .seq = 1, .ours = true,
                                   .is_last = true };
        item->account = STR("0722906830");
        item->minor = r->rows[n].minor > 0 ? r->rows[n].minor : 10000;
        item->fate = r->rows[n].fate;
        snprintf(item->id, sizeof(item->id), "%s", r->rows[n].id);
        snprintf(item->receipt, sizeof(item->receipt), "%s",
                 r->rows[n].receipt);
        snprintf(item->code, sizeof(item->code), "%s",
                 item->fate == ITEM_PAID ? "0"
                     : item->fate == ITEM_FAILED ? "2" : "");
    }
    return n;
}

static void
check_rule(const struct rule *r, struct arena *a)
{
    struct listed rows[3];
    struct choice c;
    struct verdicts v;
    struct asked asked[2] = { { 0, { NULL, 0 } },
                              { 10000, STR_INIT("254722906830") } };
    int8_t known[2] = { -1, (int8_t)r->state };
    struct known_line line = { .seq = 1, .state = r->state, .minor = 10000,
                               .account = STR("254722906830") };
    const struct file_answer file = { .phase = FILE_MOVING };
    struct settle s = { .provider = &provider_sapama, .batch_id = BATCH,
                        .rows = 1, .asked = asked, .known = known,
                        .file = &file };

    snprintf(line.id, sizeof(line.id), "%s", r->placed);
    snprintf(line.receipt, sizeof(line.receipt), "%s", r->receipt);
    assert_int_equal(listed_choose(rows, rows_of(r, rows), &line, 1, a, &c),
                     0);
    s.items = c.items;
    s.nitems = c.nitems;
    assert_int_equal(settle_file(&s, a, &v), 0);
    if (v.n != (r->becomes != NONE))
        fail_msg("%s: %d new answers", r->name, v.n);
    if (v.n == 1 && ((int)v.list[0].state != r->becomes
                     || strcmp(v.list[0].code, r->code) != 0))
        fail_msg("%s: becomes %s (%s)", r->name,
                 outcome_state_name(v.list[0].state), v.list[0].code);
    if (strcmp(c.nplaced > 0 ? c.ids[0].p : "", r->keeps) != 0)
        fail_msg("%s: keeps the number %s", r->name,
                 c.nplaced > 0 ? c.ids[0].p : "none");
    if (c.nagain != r->again || v.conflicts != r->conflicts)
        fail_msg("%s: %d again, %d conflicts", r->name, c.nagain,
                 v.conflicts);
}

static void
each_rule(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        arena_reset(&a);
        check_rule(&rules[i], &a);
    }
    arena_release(&a);
}

static void
their_order(void **state)
{
    struct listed rows[5] = {
        { .ours = true, .batch_id = 2, .seq = 1 },
        { .ours = false, .batch_id = 1, .seq = 1 },
        { .ours = true, .batch_id = 1, .seq = 2 },
        { .ours = true, .batch_id = 1, .seq = 1 },
        { .ours = true, .batch_id = 1, .seq = 1 },
    };

    (void)state;
    snprintf(rows[3].row.item.id, PAYMENT_ID_BYTES, "100");
    snprintf(rows[4].row.item.id, PAYMENT_ID_BYTES, "99");
    qsort(rows, 5, sizeof(rows[0]), listed_order);
    assert_string_equal(rows[0].row.item.id, "99");
    assert_string_equal(rows[1].row.item.id, "100");
    assert_int_equal(rows[2].seq, 2);
    assert_int_equal(rows[3].batch_id, 2);
    assert_false(rows[4].ours);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule),
        cmocka_unit_test(their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
