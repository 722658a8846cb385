/*
 * bytes FILE FOLDER: time what a batch of 5000 costs as bytes, with payrun's
 * writer and reader and with jansson trees, on the first 5000 rows of FILE.
 *
 * Prints one line a measurement: name, mean ns.  Leaves the body and the
 * reply in FOLDER, for other programs to be measured with.  Stops with 1 when
 * the two ways do not agree.
 *
 * bytes FILE check|write|read|callback: that alone, once, inside counted(), for
 * bench/quick to count its instructions.
 */
#include <inttypes.h>
#include <jansson.h>
#include <time.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "cli/config.h"
#include "loaders/payroll.h"
#include "providers/provider.h"
#include "providers/reference.h"

#define ROWS        BATCH_ROWS_MAX
#define BATCH_ID    INT64_C(100001)
#define NARRATION   "Salary 2026-11"
#define TIMES_OURS  25      /* in one measurement: some 20 ms each */
#define TIMES_TREE  5

/* What was read from a reply, however it was read. */
struct gist {
    int64_t rows, minor;
    bool marking;               /* not while the clock runs                 */
    uint64_t marks;             /* of account, code and reference, in order */
};

struct bench {
    struct pay_line lines[ROWS];
    struct pay_file file;
    struct arena texts;
    struct buf body, reply;     /* what is written, what is read */
    char *tree_body;
    struct gist ours, theirs;
};

static void
die(const char *what, const struct err *e)
{
    fprintf(stderr, "bytes: %s%s%s\n", what, e != NULL ? ": " : "",
            e != NULL ? e->text : "");
    exit(1);
}

/* --- the rows ------------------------------------------------------------ */

static int
keep_row(void *owner, const struct payroll_row *row, struct err *e)
{
    struct bench *b = owner;
    struct pay_line *l = &b->lines[b->file.nlines];

    (void)e;
    if (b->file.nlines == ROWS)
        return -1;
    b->file.nlines++;
    *l = (struct pay_line){
        .seq = b->file.nlines, .minor = row->minor,
        .account = arena_str(&b->texts, row->account),
        .name = arena_str(&b->texts, row->name), .narration = STR(NARRATION)
    };
    reference_write(BATCH_ID, l->seq, l->reference);
    b->file.minor += row->minor;
    return 0;
}

static void
read_rows(struct bench *b, const char *path)
{
    static struct rules rules;
    const struct payroll_options opt = {
        .rules = &rules, .ccy = "KES", .default_rail = "MPESA-B2C",
        .expect_count = -1, .expect_minor = -1
    };
    const struct payroll_sink sink = { .row = keep_row, .owner = b };
    struct problems problems;
    struct payroll *p;
    struct err e = { 0 };
    struct buf file;

    buf_init(&file, (size_t)1 << 30);
    problems_init(&problems);
    if (config_rules(&rules, NULL, &e) < 0 ||
        buf_read_file(&file, path, &e) < 0 ||
        (p = payroll_new(&opt, &sink, &problems, &e)) == NULL)
        die(path, &e);
    /* -1 is the sink, which has enough. */
    if (payroll_feed(p, file.p, file.len, &e) == 0)
        payroll_end(p, &e);
    payroll_free(p);
    problems_release(&problems);
    buf_release(&file);
    if (b->file.nlines != ROWS)
        die("the file has fewer good rows than a batch", NULL);
}

/* --- writing a batch ----------------------------------------------------- */

static void
write_ours(struct bench *b)
{
    struct request r = { 0 };
    struct err e = { 0 };

    if (provider_intasend.write_initiate(&r, &b->file, &e) < 0)
        die("the batch cannot be written", &e);
    if (b->body.len == 0)
        buf_str(&b->body, buf_view(&r.body));
    request_release(&r);
}

static json_t *
tree_of_line(const struct pay_line *l, const char *name)
{
    json_t *o = json_object();
    char amount[32], narrative[64];

    snprintf(amount, sizeof(amount), "%" PRId64, l->minor / 100);
    snprintf(narrative, sizeof(narrative), "%.*s %s",
             (int)(22 - 1 - strlen(l->reference)), NARRATION, l->reference);
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "account",
                        json_stringn(l->account.p, l->account.len));
    json_object_set_new(o, "amount", json_string(amount));
    json_object_set_new(o, "narrative", json_string(narrative));
    json_object_set_new(o, "idempotency_key", json_string(l->reference));
    return o;
}

/* The names IntaSend takes, folded before the clock runs: that part is no
 * business of a tree.  Ours folds them again every time. */
static const char **
narrow_names(const struct bench *b)
{
    json_t *root = json_loadb(b->body.p, b->body.len, 0, NULL);
    json_t *list = json_object_get(root, "transactions");
    const char **names = calloc(ROWS, sizeof(*names));

    if (names == NULL || json_array_size(list) != ROWS)
        die("the body does not have its payments", NULL);
    for (size_t i = 0; i < ROWS; i++)
        names[i] = json_string_value(json_object_get(
            json_array_get(list, i), "name"));
    return names;               /* borrowed from the tree, which stays */
}

static void
write_tree(struct bench *b)
{
    static const char **names;
    json_t *root, *list;

    if (names == NULL)
        names = narrow_names(b);
    root = json_object();
    list = json_array();
    json_object_set_new(root, "currency", json_string(b->file.ccy));
    json_object_set_new(root, "provider", json_string(b->file.rail));
    json_object_set_new(root, "requires_approval", json_string("YES"));
    json_object_set_new(root, "batch_reference",
                        json_string(b->file.batch_reference));
    json_object_set_new(root, "transactions", list);
    for (int i = 0; i < ROWS; i++)
        json_array_append_new(list, tree_of_line(&b->lines[i], names[i]));
    free(b->tree_body);
    b->tree_body = json_dumps(root, JSON_COMPACT);
    json_decref(root);
}

static void
compare_bodies(const struct bench *b)
{
    if (b->tree_body == NULL ||
        !str_eq(buf_view(&b->body), str_of(b->tree_body)))
        die("jansson writes another body", NULL);
}

/* --- reading a reply ------------------------------------------------------ */

/* An answer to initiate, in the shape of the recorded ones. */
static void
make_reply(struct bench *b)
{
    struct buf *r = &b->reply;

    buf_printf(r, "{\"file_id\":\"ABC1234\",\"device_id\":null,"
               "\"tracking_id\":\"00000000-0000-4000-8000-000000000001\","
               "\"batch_reference\":\"%s\",\"status\":\"Preview and approve\","
               "\"status_code\":\"BP103\",\"nonce\":\"657b2f\",\"wallet\":{"
               "\"wallet_id\":\"WLT1234\",\"label\":\"default\","
               "\"can_disburse\":false,\"currency\":\"KES\",\"wallet_type\":"
               "\"SETTLEMENT\",\"current_balance\":900133568.49,"
               "\"available_balance\":900098668.49},\"transactions\":[",
               b->file.batch_reference);
    for (int i = 0; i < ROWS; i++) {
        const struct pay_line *l = &b->lines[i];

        buf_printf(r, "%s{\"transaction_id\":\"Y%06d\",\"status\":\"Pending\","
                   "\"status_code\":\"TP101\",\"status_description\":null,"
                   "\"request_reference_id\":\"00000000-0000-4000-8000-%012d\""
                   ",\"name\":", i > 0 ? "," : "", i, i);
        buf_json(r, l->name);
        buf_printf(r, ",\"account\":\"%.*s\",\"id_number\":null,"
                   "\"bank_code\":null,\"amount\":%" PRId64 ",\"narrative\":"
                   "\"" NARRATION " %s\",\"idempotency_key\":\"%s\"}",
                   STR_ARG(l->account), l->minor / 100, l->reference,
                   l->reference);
    }
    buf_printf(r, "],\"charge_estimate\":50000,\"total_amount\":%" PRId64
               ",\"transactions_count\":%d,"
               "\"created_at\":\"2026-11-22T07:26:22.928732+03:00\","
               "\"updated_at\":\"2026-11-22T07:26:23.040350+03:00\"}",
               b->file.minor / 100, ROWS);
    if (r->failed)
        die("the reply does not fit", NULL);
}

static void
add_gist(struct gist *g, int64_t minor, struct str account, struct str code,
         struct str reference)
{
    g->rows++;
    g->minor += minor;
    if (g->marking)
        g->marks = g->marks * 31 + hash64(account) * 7 + hash64(code) * 3 +
                   hash64(reference);
}

static void
read_ours(struct bench *b)
{
    static struct file_answer f;
    static struct item_answer item;
    struct err e = { 0 };
    int position = 0, more;
    size_t at;

    b->ours.rows = b->ours.minor = 0;
    if (provider_intasend.read_file(&f, buf_view(&b->reply), &e) < 0)
        die("the reply cannot be read", &e);
    at = f.items_at;
    while ((more = provider_intasend.read_item(&item, buf_view(&b->reply),
                                               &at, ++position)) > 0)
        add_gist(&b->ours, item.minor, item.account, str_of(item.code),
                 str_of(item.reference));
    if (more < 0)
        die("an item of the reply cannot be read", NULL);
}

static struct str
member(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);

    return (struct str){ json_string_value(v), json_string_length(v) };
}

static void
read_tree(struct bench *b)
{
    json_t *root = json_loadb(b->reply.p, b->reply.len, 0, NULL), *o;
    size_t i;

    b->theirs.rows = b->theirs.minor = 0;
    json_array_foreach(json_object_get(root, "transactions"), i, o)
        add_gist(&b->theirs,
                 json_integer_value(json_object_get(o, "amount")) * 100,
                 member(o, "account"), member(o, "status_code"),
                 member(o, "idempotency_key"));
    json_decref(root);
}

static void
compare_replies(struct bench *b)
{
    b->ours.marking = b->theirs.marking = true;
    read_ours(b);
    read_tree(b);
    b->ours.marking = b->theirs.marking = false;
    if (b->ours.rows != ROWS || b->ours.minor != b->file.minor ||
        b->ours.rows != b->theirs.rows || b->ours.minor != b->theirs.minor ||
        b->ours.marks != b->theirs.marks)
        die("jansson reads another reply", NULL);
}

/* --- measuring ------------------------------------------------------------ */

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
measure(struct bench *b, const char *name, int times,
        void (*work)(struct bench *))
{
    int64_t from = now_ns();

    for (int i = 0; i < times; i++)
        work(b);
    printf("%s\t%" PRId64 "\n", name, (now_ns() - from) / times);
}

static void
leave(const struct buf *b, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX];
    struct err e = { 0 };

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (buf_write_file(b, path, 0644, &e) < 0)
        die(path, &e);
}

/* --- counting ------------------------------------------------------------- */

#define CALLBACKS 1000

static const char *rows_path;

static void
check_rows(struct bench *b)
{
    b->file.nlines = 0;
    b->file.minor = 0;
    read_rows(b, rows_path);
}

/* What is done with a callback before it is stored: whose is it? */
static void
read_callbacks(struct bench *b)
{
    static const struct str told =
        STR_INIT("{\"file_id\":\"ABC1234\",\"tracking_id\":"
                 "\"00000000-0000-4000-8000-000000000001\",\"status_code\":"
                 "\"BP109\",\"transactions\":[{\"transaction_id\":\"Y000001\","
                 "\"account\":\"254708374149\",\"amount\":\"1000.00\"}],"
                 "\"challenge\":\"a-long-and-secret-challenge\"}");
    char room[512];

    (void)b;
    for (int i = 0; i < CALLBACKS; i++)
        if (provider_intasend.read_challenge(told, room, sizeof(room)).len != 27)
            die("the challenge is not found", NULL);
}

/* Only what is done in here is counted, so it must stay a function. */
__attribute__((noinline)) void
counted(struct bench *b, void (*work)(struct bench *));

__attribute__((noinline)) void
counted(struct bench *b, void (*work)(struct bench *))
{
    work(b);
    __asm__ volatile("" : : "r"(b) : "memory");     /* no tail call */
}

static bool
count_one(struct bench *b, const char *what)
{
    static const struct {
        const char *name;
        void (*work)(struct bench *);
    } all[] = {
        { "check", check_rows }, { "write", write_ours },
        { "read", read_ours }, { "callback", read_callbacks }
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (strcmp(what, all[i].name) == 0) {
            counted(b, all[i].work);
            return true;
        }
    return false;
}

int
main(int argc, char **argv)
{
    static struct bench b = {
        .file = { .rail = "MPESA-B2C", .ccy = "KES",
                  .batch_reference = "R-2026-11-A/1", .lines = b.lines }
    };

    if (argc != 3 || crypto_setup() < 0)
        die("usage: bytes FILE FOLDER", NULL);
    arena_init(&b.texts, (size_t)64 << 20);
    buf_init(&b.body, NET_REPLY_BYTES_MAX);
    buf_init(&b.reply, NET_REPLY_BYTES_MAX);
    rows_path = argv[1];
    read_rows(&b, rows_path);
    write_ours(&b);             /* once for the body, and to warm up */
    make_reply(&b);
    if (count_one(&b, argv[2]))
        return 0;
    write_tree(&b);
    compare_bodies(&b);
    compare_replies(&b);
    leave(&b.body, argv[2], "body.json");
    leave(&b.reply, argv[2], "reply.json");
    measure(&b, "write.payrun", TIMES_OURS, write_ours);
    measure(&b, "write.jansson", TIMES_TREE, write_tree);
    measure(&b, "read.payrun", TIMES_OURS, read_ours);
    measure(&b, "read.jansson", TIMES_TREE, read_tree);
    arena_release(&b.texts);
    return 0;
}
