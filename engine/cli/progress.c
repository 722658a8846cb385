#include "cli/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "money/money.h"

#define BAR_COLUMNS      30
#define REDRAW_MS        200        /* five times a second                    */
#define PLAIN_MS         5000       /* not a terminal: a line every 5 s       */
#define PLAIN_SAME_MS    300000     /* ... that says nothing new: every 5 min */

void
progress_init(struct progress *p, bool json, bool color)
{
    memset(p, 0, sizeof(*p));
    p->json = json;
    p->tty = !json && isatty(STDERR_FILENO);
    p->color = color && p->tty;
    p->started_ms = clock_mono_ms();
    p->told_ms = -PLAIN_SAME_MS;
    p->first_done = -1;
}

/* Payments a second since we look, and what that means for the rest. */
static void
rate_of(const struct progress *p, const struct run_progress *now,
        int64_t final, int64_t *per_s, int64_t *eta_s)
{
    int64_t ms = clock_mono_ms() - p->started_ms;
    int64_t done = final - p->first_done;

    /* What is in doubt has no rate: nobody knows when it is known. */
    int64_t left = now->rows - final - now->doubt_rows;

    *per_s = ms > 0 ? done * 1000 / ms : 0;
    *eta_s = done > 0 && left > 0 ? left * ms / done / 1000 : -1;
}

static void
put_json(const struct run *run, const struct run_progress *now, int64_t final,
         int64_t per_s, int64_t eta_s)
{
    struct money paid = { now->paid_minor, { 0 } };
    char amount[MONEY_TEXT_BYTES];

    str_copy(paid.ccy, sizeof(paid.ccy), str_of(run->ccy));
    money_plain(paid, amount);
    printf("{\"schema\":1,\"type\":\"status\",\"run\":\"%s\",\"live\":%s,"
           "\"done\":%" PRId64 ",\"total\":%" PRId64 ",\"paid\":%" PRId64
           ",\"failed\":%" PRId64 ",\"in_doubt\":%" PRId64
           ",\"amount_paid\":\"%s\",\"currency\":\"%s\",\"per_second\":%"
           PRId64 ",\"eta_s\":%" PRId64 "}\n",
           run->ref, run->live ? "true" : "false", final, now->rows,
           now->paid_rows, now->failed_rows, now->doubt_rows, amount,
           run->ccy, per_s, eta_s);
    fflush(stdout);
}

static void
draw_bar(struct buf *b, int64_t done, int64_t all)
{
    int64_t full = all > 0 ? done * BAR_COLUMNS / all : 0;

    buf_char(b, '[');
    for (int64_t i = 0; i < BAR_COLUMNS; i++)
        buf_char(b, i < full ? '#' : '-');
    buf_printf(b, "] %3d %%  ", all > 0 ? (int)(done * 100 / all) : 0);
}

static void
draw(struct progress *p, const struct run *run,
     const struct run_progress *now, int64_t final, int64_t per_s,
     int64_t eta_s)
{
    struct money paid = { now->paid_minor, { 0 } };
    char amount[MONEY_TEXT_BYTES], done[MONEY_TEXT_BYTES];
    char all[MONEY_TEXT_BYTES];
    struct buf b;

    str_copy(paid.ccy, sizeof(paid.ccy), str_of(run->ccy));
    money_text(paid, amount);
    money_count(final, done);
    money_count(now->rows, all);
    buf_init(&b, sizeof(p->last));
    if (p->tty)
        draw_bar(&b, final, now->rows);
    buf_printf(&b, "%s of %s  %s paid  %" PRId64 "/s", done, all, amount,
               per_s);
    if (eta_s >= 0)
        buf_printf(&b, "  ETA %" PRId64 " m %" PRId64 " s", eta_s / 60,
                   eta_s % 60);
    if (now->failed_rows > 0)
        buf_printf(&b, "  failed %" PRId64, now->failed_rows);
    if (now->doubt_rows > 0)
        buf_printf(&b, "  in doubt %" PRId64, now->doubt_rows);
    if (now->lane_closed)
        buf_printf(&b, "  LANE CLOSED");
    fprintf(stderr, p->tty ? "\r\x1b[K%s" : "%s\n", b.p != NULL ? b.p : "");
    fflush(stderr);
    p->drawn = p->tty;
    buf_release(&b);
}

/* A log is read by people: a line that says what the last one said is left
 * out.  A program that reads JSON wants to know that we live. */
static int64_t
pause_ms(const struct progress *p, int64_t final, int64_t doubt)
{
    if (p->tty)
        return REDRAW_MS;
    return p->json || p->told_done != final || p->told_doubt != doubt
        ? PLAIN_MS : PLAIN_SAME_MS;
}

void
progress_show(struct progress *p, const struct run *run,
              const struct run_progress *now, bool last)
{
    int64_t final = now->paid_rows + now->failed_rows + now->cancelled_rows;
    int64_t at = clock_mono_ms(), per_s = 0, eta_s = -1;

    if (p->first_done < 0)
        p->first_done = final;
    if (!last && at - p->told_ms < pause_ms(p, final, now->doubt_rows))
        return;
    p->told_ms = at;
    p->told_done = final;
    p->told_doubt = now->doubt_rows;
    rate_of(p, now, final, &per_s, &eta_s);
    if (p->json)
        put_json(run, now, final, per_s, eta_s);
    else
        draw(p, run, now, final, per_s, eta_s);
    if (last)
        progress_clear(p);
}

void
progress_clear(struct progress *p)
{
    if (p->drawn)
        fputc('\n', stderr);
    p->drawn = false;
}
