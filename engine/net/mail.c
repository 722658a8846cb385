#include "net/mail.h"

#include <curl/curl.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"

#define ADDRESS_BYTES 256
#define LETTER_BYTES_MAX (8 * 1024 * 1024)

/* --- the letter ----------------------------------------------------------- */

/* A header line: one line of plain letters, whatever it was made of. */
static void
put_header(struct buf *out, const char *name, struct str s)
{
    buf_text(out, name);
    for (size_t i = 0; i < s.len && i < 200; i++) {
        unsigned char c = (unsigned char)s.p[i];

        buf_char(out, c >= 0x20 && c < 0x7f ? (char)c : '?');
    }
    buf_text(out, "\r\n");
}

static void
put_lines(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\r')
            continue;
        if (s.p[i] == '\n')
            buf_char(out, '\r');
        buf_char(out, s.p[i]);
    }
    buf_text(out, "\r\n");
}

void
mail_write(const struct mail *m, struct buf *out)
{
    time_t at = (time_t)m->at_s;
    char date[64];
    struct tm tm;

    gmtime_r(&at, &tm);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
    put_header(out, "Date: ", str_of(date));
    put_header(out, "From: ", str_of(m->from));
    for (int i = 0; m->to[i] != NULL; i++)
        put_header(out, i == 0 ? "To: " : "Cc: ", str_of(m->to[i]));
    put_header(out, "Subject: ", m->subject);
    buf_printf(out, "Message-ID: <%s@payrun>\r\n", m->id);
    buf_text(out, "MIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n"
             "Content-Transfer-Encoding: 8bit\r\n"
             "Auto-Submitted: auto-generated\r\n\r\n");
    put_lines(out, m->text);
}

/* --- its way -------------------------------------------------------------- */

static bool
is_near(const char *relay)
{
    const char *host = strstr(relay, "://");
    size_t n = 0;

    host = host != NULL ? host + 3 : relay;
    n = strcspn(host, ":/");
    if (host[0] == '[')
        return strncmp(host, "[::1]", 5) == 0;
    return (n == 9 && strncmp(host, "127.0.0.1", n) == 0)
        || (n == 9 && strncasecmp(host, "localhost", n) == 0);
}

int
mail_check(const char *relay, struct err *e)
{
    if ((strncmp(relay, "smtp://", 7) == 0 || strncmp(relay, "smtps://", 8)
         == 0) && strchr(relay, '@') == NULL)
        return 0;
    err_set(e, ERR_CONFIG, "\"%s\" is no mail relay", relay);
    return err_fix(e, "write smtp://HOST:25 or smtps://HOST:465; a user and "
                   "its password: user: and secret:");
}

struct letter {
    struct str rest;
};

static size_t
on_read(char *to, size_t one, size_t n, void *cls)
{
    struct letter *l = cls;

    n *= one;
    if (n > l->rest.len)
        n = l->rest.len;
    memcpy(to, l->rest.p, n);
    l->rest.p += n;
    l->rest.len -= n;
    return n;
}

static unsigned
arm(CURL *h, const struct mail *m, struct letter *l, struct curl_slist *to,
    char why[CURL_ERROR_SIZE])
{
    bool near = is_near(m->relay);
    char from[ADDRESS_BYTES + 2];
    unsigned bad = 0;

    snprintf(from, sizeof(from), "<%s>", m->from);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_URL, m->relay);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_USE_SSL,
                near ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSLVERSION,
                                      (long)CURL_SSLVERSION_TLSv1_2);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PROXY, "");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_NETRC,
                                      (long)CURL_NETRC_IGNORED);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS,
                                      (long)m->connect_ms);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_TIMEOUT_MS,
                                      (long)m->answer_ms);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_MAIL_FROM, from);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_READDATA, l);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
    if (m->user[0] != '\0') {
        bad |= (unsigned)curl_easy_setopt(h, CURLOPT_USERNAME, m->user);
        bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PASSWORD,
                m->password->p != NULL ? m->password->p : "");
    }
    return bad;
}

int
mail_send(const struct mail *m, struct err *e)
{
    char why[CURL_ERROR_SIZE] = "";
    struct curl_slist *to = NULL, *longer = NULL;
    struct letter l = { { NULL, 0 } };
    CURL *h = NULL;
    CURLcode code = CURLE_FAILED_INIT;
    struct buf text;
    int rc = -1;

    buf_init(&text, LETTER_BYTES_MAX);
    if (mail_check(m->relay, e) < 0)
        goto out;
    mail_write(m, &text);
    for (int i = 0; m->to[i] != NULL; i++) {
        if ((longer = curl_slist_append(to, m->to[i])) == NULL)
            break;
        to = longer;
    }
    if (text.failed || longer == NULL || (h = curl_easy_init()) == NULL) {
        err_oom(e);
        goto out;
    }
    l.rest = buf_view(&text);
    if (arm(h, m, &l, to, why) != 0) {
        err_set(e, ERR_BUG, "libcurl refused one of the mail options");
        goto out;
    }
    if ((code = curl_easy_perform(h)) == CURLE_OK)
        rc = 0;
    else
        err_set(e, ERR_UNAVAILABLE, "%s: %.200s", m->relay,
                why[0] != '\0' ? why : curl_easy_strerror(code));
out:
    curl_easy_cleanup(h);
    curl_slist_free_all(to);
    buf_release(&text);
    return rc;
}
