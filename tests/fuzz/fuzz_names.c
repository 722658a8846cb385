/*
 * Any bytes as a name: what is said of it is what another reader of UTF-8
 * says, its normal form is one, and on its way into JSON, CSV, HTML and the
 * narrow alphabets of providers it stays the same text and runs nowhere.
 */
#include <jansson.h>

#include "base/text.h"
#include "loaders/csv.h"
#include "loaders/encoding.h"
#include "providers/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define TEXT_BYTES ((size_t)1 << 20)

/* --- UTF-8 as the standard's table has it --------------------------------- */

static size_t
char_bytes(const unsigned char *p, size_t n, uint32_t *c)
{
    size_t want = p[0] < 0x80 ? 1 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
                : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;

    if (want == 0 || want > n)
        return 0;
    *c = want == 1 ? p[0] : (uint32_t)p[0] & (0x7Fu >> want);
    for (size_t i = 1; i < want; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3Fu);
    }
    if ((want == 3 && (*c < 0x800 || (*c >= 0xD800 && *c < 0xE000)))
        || (want == 4 && (*c < 0x10000 || *c > 0x10FFFF)))
        return 0;
    return want;
}

static bool
is_utf8(struct str s)
{
    uint32_t c = 0;
    size_t n = 0;

    for (size_t i = 0; i < s.len; i += n)
        if ((n = char_bytes((const unsigned char *)s.p + i, s.len - i, &c))
            == 0)
            return false;
    return true;
}

/* --- what is said of it --------------------------------------------------- */

static void
check_look(struct str s)
{
    size_t at = s.len + 7;
    unsigned flaws = text_look(s, &at);
    bool odd = false;

    MUST((flaws == TEXT_NOT_UTF8) == !is_utf8(s));
    MUST((flaws & TEXT_NOT_UTF8) == 0 || flaws == TEXT_NOT_UTF8);
    MUST(encoding_utf8(s) == is_utf8(s));
    MUST(flaws == TEXT_FINE ? at == s.len + 7 : at < s.len);
    for (size_t i = 0; i < s.len; i++)
        odd = odd || s.p[i] < ' ' || s.p[i] > '~';      /* char is signed */
    MUST(odd || flaws == TEXT_FINE);
    for (size_t i = 0; i < s.len && flaws != TEXT_NOT_UTF8; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F)
            MUST((flaws & TEXT_CONTROL) != 0 && at <= i);
    MUST(text_width(s) >= 0 && (size_t)text_width(s) <= 2 * s.len);
}

static void
check_nfc(struct str s)
{
    struct buf one, two;

    buf_init(&one, TEXT_BYTES);
    buf_init(&two, TEXT_BYTES);
    MUST((text_nfc(&one, s) == 0) == is_utf8(s));
    MUST(!one.failed);
    if (is_utf8(s)) {
        MUST((text_look(buf_view(&one), NULL) & TEXT_NOT_NFC) == 0);
        MUST(text_nfc(&two, buf_view(&one)) == 0);
        MUST(str_eq(buf_view(&one), buf_view(&two)));
        MUST(((text_look(s, NULL) & TEXT_NOT_NFC) == 0)
             == str_eq(s, buf_view(&one)));
    }
    buf_release(&one);
    buf_release(&two);
}

/* --- where it goes -------------------------------------------------------- */

static void
check_ascii(struct str s, const char *extra)
{
    struct buf one, two;
    struct str t = { NULL, 0 };

    buf_init(&one, TEXT_BYTES);
    buf_init(&two, TEXT_BYTES);
    text_ascii(&one, s, extra);
    t = buf_view(&one);
    for (size_t i = 0; i < t.len; i++) {
        char c = t.p[i];

        MUST((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
             || (c >= '0' && c <= '9') || (c != '\0' && strchr(extra, c))
             || (c == ' ' && i > 0 && i + 1 < t.len && t.p[i + 1] != ' '));
    }
    text_ascii(&two, t, extra);
    MUST(str_eq(t, buf_view(&two)) && !one.failed);
    buf_release(&one);
    buf_release(&two);
}

/* Another reader gets the same text, or U+FFFD for each byte that is none. */
static void
check_json(struct str s)
{
    struct buf out, want;
    json_t *t = NULL;
    uint32_t c = 0;
    size_t n = 0;

    buf_init(&out, 8 * TEXT_BYTES);
    buf_init(&want, 4 * TEXT_BYTES);
    for (size_t i = 0; i < s.len; i += n > 0 ? n : 1) {
        n = char_bytes((const unsigned char *)s.p + i, s.len - i, &c);
        buf_add(&want, n > 0 ? s.p + i : "\xEF\xBF\xBD", n > 0 ? n : 3);
    }
    buf_json(&out, s);
    t = json_loadb(out.p, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    MUST(json_is_string(t));
    MUST(str_eq((struct str){ json_string_value(t), json_string_length(t) },
                buf_view(&want)));
    for (size_t i = 0; i < out.len; i++)
        MUST((unsigned char)out.p[i] >= ' ' && out.p[i] != 0x7F);
    json_decref(t);
    buf_release(&out);
    buf_release(&want);
}

struct cell {
    struct buf text;
    int        records, flaws;
};

static void
on_record(void *cls, const struct csv_record *r)
{
    struct cell *c = cls;

    /* the header's field, then ours between two others */
    if (c->records++ > 0 && r->n == 3)
        buf_str(&c->text, r->fields[1].text);
}

static void
on_flaw(void *cls, enum csv_flaw flaw, int64_t line, int column)
{
    struct cell *c = cls;

    (void)flaw;
    (void)line;
    (void)column;
    c->flaws++;
}

/* Our own reader gets it back; it begins with nothing a spreadsheet runs. */
static void
check_csv(struct str s, char delim)
{
    struct cell cell = { .records = 0 };
    const struct csv_sink sink = { on_record, on_flaw, &cell };
    struct csv *csv = NULL;
    struct buf file;
    struct str back = { NULL, 0 };

    /* neither NUL nor other encodings are told apart in one cell */
    if (!is_utf8(s) || s.len > 4000 || memchr(s.p, '\0', s.len) != NULL)
        return;
    buf_init(&file, TEXT_BYTES);
    buf_init(&cell.text, TEXT_BYTES);
    for (int line = 0; line < 4; line++)
        buf_printf(&file, "%sa%cb%cc\n", line == 0 ? "\xEF\xBB\xBF" : "",
                   delim, delim);
    cell.records = -3;
    buf_printf(&file, "x%c", delim);
    buf_csv(&file, s, delim);
    buf_printf(&file, "%cy\n", delim);
    MUST((csv = csv_new(&sink, NULL)) != NULL);
    MUST(csv_feed(csv, file.p, file.len, NULL) == 0);
    MUST(csv_end(csv, NULL) == 0);
    csv_close(csv);
    MUST(cell.flaws == 0 && cell.records == 2);
    back = buf_view(&cell.text);
    MUST(back.len == 0 || strchr("=+-@\t\r", back.p[0]) == NULL);
    if (back.len > s.len) {
        MUST(back.p[0] == '\'');
        back = (struct str){ back.p + 1, back.len - 1 };
    }
    MUST(str_eq(back, s));
    buf_release(&file);
    buf_release(&cell.text);
}

/* Escapes away again it is the same, and no mark of HTML's is left. */
static void
check_html(struct str s)
{
    static const struct { const char *from; char to; } back[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
        { "&quot;", '"' }, { "&#39;", '\'' }
    };
    struct buf out, again;
    size_t n = 0;

    buf_init(&out, 8 * TEXT_BYTES);
    buf_init(&again, TEXT_BYTES);
    buf_html(&out, s);
    for (size_t i = 0; i < out.len; i += n) {
        char c = out.p[i];

        MUST(c != '<' && c != '>' && c != '"' && c != '\'');
        n = 1;
        for (size_t k = 0; c == '&' && k < 5; k++)
            if (strncmp(out.p + i, back[k].from, strlen(back[k].from)) == 0) {
                n = strlen(back[k].from);
                c = back[k].to;
            }
        MUST(out.p[i] != '&' || n > 1);
        buf_char(&again, c);
    }
    MUST(str_eq(buf_view(&again), s));
    buf_release(&out);
    buf_release(&again);
}

/* For people: one line, whole characters, nothing that steers a terminal. */
static void
check_plain(struct str s)
{
    char room[240];
    struct str t = { NULL, 0 };
    uint32_t c = 0;
    size_t n = 0;

    plain_copy(room, sizeof(room), s);
    t = str_of(room);
    MUST(is_utf8(t) && (t.len == 0 || (t.p[0] != ' '
                                       && t.p[t.len - 1] != ' ')));
    for (size_t i = 0; i < t.len; i += n) {
        n = char_bytes((const unsigned char *)t.p + i, t.len - i, &c);
        MUST(c >= 0x20 && (c < 0x7F || c > 0x9F));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str s = { (const char *)data, n };

    if (n == 0)
        return 0;
    check_look(s);
    check_nfc(s);
    check_ascii(s, "-_.,/");
    check_ascii(s, "");
    check_json(s);
    check_csv(s, ',');
    check_csv(s, ';');
    check_html(s);
    check_plain(s);
    return 0;
}
