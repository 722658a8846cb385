#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/book.h"
#include "tests/lib/errands.h"
#include "tests/lib/pg.h"

/* --- the provider -------------------------------------------------------- */

struct teller *teller;

static pid_t teller_pid;

static enum raw_act
teller_script(struct raw *w, const char *head)
{
    const char *page = strstr(head, "page=");
    int n = page != NULL ? page[5] - '1' : 0;

    teller->posts = w->posts;
    teller->gets = w->gets;
    snprintf(teller->head, sizeof(teller->head), "%s", head);
    w->text = teller->pages[n >= 0 && n < TELLER_PAGES ? n : 0];
    return (enum raw_act)teller->act;
}

static void
teller_run(void)
{
    static struct raw w;
    struct pollfd fd = { .events = POLLIN };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (raw_open(&w, teller_script) < 0)
        _exit(1);
    teller->port = w.port;
    for (fd.fd = w.ep_fd; poll(&fd, 1, -1) >= 0; )
        raw_step(&w);
    _exit(0);
}

int
teller_open(void **state)
{
    (void)state;
    teller = mmap(NULL, sizeof(*teller), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(teller != MAP_FAILED);
    if ((teller_pid = fork()) == 0)
        teller_run();
    while (teller->port == 0 && waitpid(teller_pid, NULL, WNOHANG) == 0)
        ;
    return teller->port != 0 ? 0 : -1;
}

int
teller_close(void **state)
{
    (void)state;
    kill(teller_pid, SIGKILL);
    waitpid(teller_pid, NULL, 0);
    return 0;
}

void
teller_says(int page, int http, const char *body)
{
    snprintf(teller->pages[page], sizeof(teller->pages[page]),
             "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%s", http,
             strlen(body), body);
    teller->act = RAW_TEXT;
}

/* --- who asks it --------------------------------------------------------- */

struct errands errands = { .maker = { BOOK_MAKER, "maker", false } };

int
errands_open(void **state)
{
    struct err e = { 0 };
    char mark[80];

    (void)state;
    errands.url = book_open(&errands.db);
    test_dir(errands.folder);
    snprintf(mark, sizeof(mark), "%s/mark", errands.folder);
    lineage_init(&errands.lineage, mark, BOOK_MAKER);
    book_people(errands.db);
    book_account(errands.db, &errands.account, 10);
    snprintf(errands.account.base_url, sizeof(errands.account.base_url),
             "http://127.0.0.1:%d/api/v1/", teller->port);
    errands.account.connect_ms = 2000;
    errands.account.answer_ms = 400;
    assert_int_equal(secret_set(&errands.account.key, STR(TELLER_KEY)), 0);
    errands.net = net_new(&e);
    assert_non_null(errands.net);
    return 0;
}

int
errands_close(void **state)
{
    (void)state;
    test_dir_remove(errands.folder);
    net_free(errands.net);
    secret_release(&errands.account.key);
    db_close(errands.db);
    return 0;
}

struct errand
errands_one(enum service service)
{
    return (struct errand){
        .db = errands.db, .net = errands.net, .lineage = &errands.lineage,
        .account = &errands.account, .service = service
    };
}

struct errand
errands_transfer(int64_t minor)
{
    struct errand n = errands_one(SERVICE_TRANSFER);

    n.ask = (struct service_ask){
        .minor = minor, .ccy = "KES", .from = "AAA1111", .to = "BBB2222",
        .narrative = "petty cash"
    };
    return n;
}

struct errand_end
errands_do(const char *what, const struct errand *n, const char *again)
{
    struct errand_end end;
    struct err e = { 0 };

    if (errand_do(n, &errands.maker, again, NULL, NULL, &end, &e) < 0)
        fail_msg("%s: %s", what, e.text);
    return end;
}

void
errands_refused(const char *what, const struct errand *n, enum err_kind kind)
{
    struct errand_end end;
    struct err e = { 0 };

    if (errand_do(n, &errands.maker, NULL, NULL, NULL, &end, &e) == 0
        || e.kind != kind)
        fail_msg("%s: kind %d: %s", what, (int)e.kind, e.text);
}
