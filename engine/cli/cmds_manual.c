/* Manual pages (man(7)) from the table of commands. */
#include "cli/cmds_help.h"

/* In roff a leading dot or apostrophe is a request, a backslash an escape, and
 * a plain hyphen may come out as another character. */
static void
put(FILE *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        bool starts = p == text || p[-1] == '\n';

        if (starts && (*p == '.' || *p == '\''))
            fputs("\\&", out);
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == '-')
            fputs("\\-", out);
        else
            fputc(*p, out);
    }
}

static void
put_dashed(FILE *out, const char *name)
{
    for (; *name != '\0'; name++)
        fputs(*name == ' ' ? "\\-" : (char[]){ *name, '\0' }, out);
}

static void
opts(FILE *out, const struct opt *o)
{
    for (; o->name != NULL; o++) {
        fputs(".TP\n\\fB\\-\\-", out);
        put(out, o->name);
        fputs("\\fR", out);
        if (o->value != NULL) {
            fputs(" \\fI", out);
            put(out, o->value);
            fputs("\\fR", out);
        }
        fputc('\n', out);
        put(out, o->help);
        fputc('\n', out);
    }
}

/* Its lines stay lines. */
static void
as_it_is(FILE *out, const char *text)
{
    size_t n = strlen(text);

    while (n > 0 && text[n - 1] == '\n')
        n--;
    fputs(".nf\n", out);
    for (const char *p = text; p < text + n; ) {
        char line[256];
        size_t len = strcspn(p, "\n");

        snprintf(line, sizeof(line), "%.*s", (int)len, p);
        if (line[0] != '\0')
            put(out, line);
        else
            fputs(".sp", out);
        fputc('\n', out);
        p += len + (p[len] == '\n');
    }
    fputs(".fi\n", out);
}

static void
head(FILE *out, const char *name)
{
    fputs(".TH PAYRUN", out);
    if (name[0] != '\0')
        fputs("\\-", out);
    put_dashed(out, name);
    fputs(" 1 \"\" \"payrun\" \"payrun\"\n.SH NAME\npayrun", out);
    if (name[0] != '\0')
        fputs("\\-", out);
    put_dashed(out, name);
    fputs(" \\- ", out);
}

static void
of_all(FILE *out)
{
    head(out, "");
    fputs("pay many people from one file, once each\n.SH SYNOPSIS\n"
          ".B payrun\n.I COMMAND\n[\\fIWORDS\\fR] [\\fB\\-\\-flags\\fR]\n"
          ".SH DESCRIPTION\nA finance team hands payrun a payroll file; "
          "another person approves it; payrun\npays it through IntaSend or "
          "Sapama Cash, follows every payment to its end, and\ncan prove "
          "where every shilling went.\nThe sandbox is the default: live "
          "accounts need \\fB\\-\\-live\\fR.\n.SH COMMANDS\n", out);
    for (int g = CMD_START; g <= CMD_ADMIN; g++) {
        fputs(".SS ", out);
        put(out, help_groups[g]);
        fputc('\n', out);
        for (const struct cmd *c = cmds; c->name != NULL; c++) {
            if ((int)c->group != g)
                continue;
            fputs(".TP\n\\fB", out);
            put(out, c->name);
            fputs("\\fR \\fI", out);
            put(out, c->plain);
            fputs("\\fR\n", out);
            put(out, c->help);
            fputc('\n', out);
        }
    }
    fputs(".SH OPTIONS\nThese belong to every command.\n", out);
    opts(out, common_opts);
    fputs(".SH FILES\n.TP\n.I /etc/payrun/payrun.yaml\nThe configuration: "
          "accounts, channels; never a secret.\n.TP\n.I /var/lib/payrun\n"
          "The private database and its files, for root.\n", out);
}

static void
of_one(FILE *out, const struct cmd *c)
{
    head(out, c->name);
    put(out, c->help);
    fputs("\n.SH SYNOPSIS\n.B payrun ", out);
    put(out, c->name);
    fputc('\n', out);
    if (c->plain[0] != '\0') {
        fputs(".I ", out);
        put(out, c->plain);
        fputc('\n', out);
    }
    fputs("[\\fB\\-\\-flags\\fR]\n", out);
    if (c->more != NULL) {
        fputs(".SH DESCRIPTION\n", out);
        as_it_is(out, c->more);
    }
    if (c->opts->name != NULL) {
        fputs(".SH OPTIONS\n", out);
        opts(out, c->opts);
    }
    fputs(".SH \"OPTIONS OF EVERY COMMAND\"\n", out);
    opts(out, common_opts);
}

void
manual_write(FILE *out, const struct cmd *c)
{
    if (c == NULL)
        of_all(out);
    else
        of_one(out, c);
    fputs(".SH \"EXIT STATUS\"\n", out);
    as_it_is(out, help_exit_codes);
    fputs(".SH \"SEE ALSO\"\n", out);
    fputs(c == NULL ? "\\fBpayrun\\-send\\fR(1), \\fBpayrun\\-doctor\\fR(1), "
          "and \\fBpayrun help\\fR \\fICOMMAND\\fR\n" :
          "\\fBpayrun\\fR(1)\n", out);
}
