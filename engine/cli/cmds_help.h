#ifndef CLI_CMDS_HELP_H
#define CLI_CMDS_HELP_H

#include "cli/cmds.h"

/* What is printed from the table of commands: help, manual, completions. */
extern const char *const help_groups[];     /* by enum cmd_group              */
extern const char help_exit_codes[];

void help_all(FILE *);
void help_cmd(FILE *, const struct cmd *);

/* help_family(out, word): the commands that begin with ${word}; how many. */
int help_family(FILE *, const char *);

/* help_json(app, one, word, e): commands with their flags: all, or those that
 * were asked for; or one problem code. */
int help_json(const struct app *, const struct cmd *one, const char *word,
              struct err *);

/* help_find(argc, argv, words): the command whose name is the first one or two
 * words, ${words} gets how many; NULL: none. */
const struct cmd *help_find(int, char **, int *words);

/* help_begins(c, word): "user" begins "user add" and "user list". */
bool help_begins(const struct cmd *, const char *);

/* manual_write(out, c): the page of one command, or NULL: payrun(1). */
void manual_write(FILE *, const struct cmd *);

#endif
